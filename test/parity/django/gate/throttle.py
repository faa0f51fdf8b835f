"""The throttles that a list may name: `anon`, `user@10-h`, `scoped.uploads`, joined by `+`; `none` is the empty list.

`@10-h` stands for the rate "10/h" (the last hyphen is the slash); without it the rate of the scope in the
settings counts. Two throttles of one scope share their counter, whatever their rates.
"""
from rest_framework import throttling

from . import clock


class Anon(throttling.AnonRateThrottle):
    timer = staticmethod(clock.now)


class User(throttling.UserRateThrottle):
    timer = staticmethod(clock.now)


class Burst(User):
    scope = "burst"


class Sustained(User):
    scope = "sustained"


class Scoped(throttling.ScopedRateThrottle):
    timer = staticmethod(clock.now)


THROTTLE = {"anon": Anon, "user": User, "burst": Burst, "sustained": Sustained}


def classes(text):
    """The classes and the view's throttle_scope that a list means; KeyError for an unknown word."""
    made, scope = [], None
    for word in [] if text == "none" else text.split("+"):
        name, _, rate = word.partition("@")
        count, _, period = rate.rpartition("-")
        rate = f"{count}/{period}" if rate else None
        if name.startswith("scoped."):
            scope = name.removeprefix("scoped.") or None
            made.append(type("Scoped", (Scoped,), {"THROTTLE_RATES": {scope: rate}}) if rate else Scoped)
        else:
            one = THROTTLE[name]
            made.append(type(one.__name__, (one,), {"rate": rate}) if rate else one)
    return made, scope
