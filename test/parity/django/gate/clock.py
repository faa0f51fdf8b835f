"""A clock that a request may set: throttles read it, so a test decides what "now" is.

`X-Parity-Clock: 12.5` means 12.5 seconds after BASE; without the header it is the real time. Only throttles
use it, and only this project, which no one runs outside the tests.
"""
import threading
import time

BASE = 1_700_000_000.0
current = threading.local()


def now():
    moment = getattr(current, "moment", None)
    return time.time() if moment is None else moment


class ClockMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        said = request.META.get("HTTP_X_PARITY_CLOCK")
        current.moment = None if said is None else BASE + float(said)
        return self.get_response(request)
