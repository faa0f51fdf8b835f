import pickle

from ..forge import basic, seat, stock, token
from ..shelf import CLOCK_BASE
from ..words import view


def played(c, place, moments, *headers, method="GET"):
    for moment in moments:
        c.ask(method, place, *headers, at=moment)


def play(run):
    windows(run)
    keys(run)
    several(run)
    rates(run)
    odd(run)


def windows(run):
    place = view("stock_token", "anyone", "user")
    stories = {
        "3-per-minute": ("user@3-m", [0, 1, 2, 3, 30, 59, 59.5, 60, 60.25, 61, 62, 63, 119, 120, 200]),
        "boundary": ("user@3-m", [0, 0.25, 0.5, 59.9990234375, 60, 60.25, 60.4990234375, 60.5]),
        "refused-is-not-counted": ("user@3-m", [0, 0, 0, *range(1, 50, 12), 59.75, 60, 60, 60, 60]),
        "retry-after-rounds-up": ("user@1-m", [0, 0.25, 1, 57.5, 58, 58.75, 59, 59.0009765625, 60]),
        "clock-goes-back": ("user@2-m", [100, 90, 95, 149, 150, 159, 160, 161]),
        "10-per-second": ("user@10-s", [0] * 11 + [0.5, 1, 1]),
        "5-per-day": ("user@5-d", [0, 1, 2, 3, 4, 5, 43200, 86399, 86400, 86400]),
        "2-per-hour": ("user@2-h", [0, 1800, 1801, 3599.5, 3600, 3601, 5400]),
        "1-per-minute": ("user@1-m", [0, 1, 59, 60, 61, 180]),
        "burst-then-rest": ("user@3-m", [0, 0, 0, 0, 100, 100, 100, 100, 300]),
        "evenly": ("user@3-m", [0, 20, 40, 60, 80, 100, 110, 120]),
    }
    for name, (limits, moments) in stories.items():
        with run.case(f"throttle/{name}") as c:
            played(c, view("stock_token", "anyone", limits), moments, stock("ada"))
    with run.case("throttle/default-rate", "the scope's rate from the settings, 3/m") as c:
        played(c, place, [0, 0, 0, 0], stock("ada"))
    for method in ("HEAD", "OPTIONS", "POST", "PURGE"):
        with run.case(f"throttle/method/{method}", "every method counts, even one that nobody handles") as c:
            place = view("none", "anyone", "anon@1-m")
            c.ask(method, place, at=0)
            c.get(place, at=0)


def keys(run):
    with run.case("throttle/anon-only", "AnonRateThrottle passes those who are known") as c:
        place = view("stock_token", "anyone", "anon@1-m")
        played(c, place, [0, 0])
        played(c, place, [0, 0, 0], stock("ada"))
    with run.case("throttle/user-or-address", "UserRateThrottle: the id, else the address") as c:
        place = view("stock_token", "anyone", "user@1-m")
        played(c, place, [0, 0])
        played(c, place, [0, 0], stock("ada"))
        played(c, place, [0, 0], stock("ben"))
    with run.case("throttle/shared-by-views", "one list for all views with the scope") as c:
        played(c, view("stock_token", "anyone", "user"), [0], stock("ada"))
        played(c, view("stock_token", "authenticated", "user"), [1], stock("ada"))
        played(c, view("stock_token+session", "anyone", "user", room="ro"), [2, 3], stock("ada"))
    with run.case("throttle/shared-by-authenticators", "however the user came in") as c:
        seat(c, "ada")
        played(c, view("stock_token", "anyone", "user@2-m"), [0], stock("ada"))
        played(c, view("basic", "anyone", "user@2-m"), [1], basic("ada:ada-secret"))
        played(c, view("token", "anyone", "user@2-m"), [2], token("ada"))
    with run.case("throttle/scoped", "one list per scope and user") as c:
        for place in ("scoped.uploads", "scoped.reports", "scoped."):
            played(c, view("stock_token", "anyone", place), [0, 1, 2, 3], stock("ada"))
        played(c, view("stock_token", "anyone", "scoped.uploads"), [4], stock("ben"))
        played(c, view("stock_token", "anyone", "scoped.uploads"), [4, 5, 6])
    with run.case("throttle/scoped-shared", "two views of one scope share; another rate reads the same list") as c:
        played(c, view("stock_token", "anyone", "scoped.uploads@2-m"), [0, 1], stock("ada"))
        played(c, view("stock_token", "authenticated", "scoped.uploads"), [2], stock("ada"))
        played(c, view("stock_token", "anyone", "scoped.uploads@5-m"), [3, 4], stock("ada"))
    with run.case("throttle/scope-of-another-kind", "a scope named like a class's: the same key") as c:
        played(c, view("stock_token", "anyone", "user@2-m"), [0, 1], stock("ada"))
        played(c, view("stock_token", "anyone", "scoped.user@2-m"), [2], stock("ada"))


def several(run):
    moments = [0, 0, 0, 1, 1, 2, 59, 60, 60, 60, 61]
    for limits in ("burst+sustained", "sustained+burst"):
        with run.case(f"throttle/{limits}", "2/s and 4/m: both are asked, the longer wait counts") as c:
            played(c, view("stock_token", "anyone", limits), moments, stock("ada"))
    with run.case("throttle/refused-by-one", "the other records the request all the same") as c:
        played(c, view("stock_token", "anyone", "burst@1-m+sustained@5-h"), [0, 1, 2, 3, 4, 5, 60, 61], stock("ada"))
    with run.case("throttle/anon+user", "an anonymous request is counted by both") as c:
        place = view("stock_token", "anyone", "anon@2-m+user@3-m")
        played(c, place, [0, 1, 2, 3, 4])
        played(c, place, [5, 6, 7, 8], stock("ada"))
    with run.case("throttle/same-scope-twice", "one list, stamped by each") as c:
        played(c, view("stock_token", "anyone", "user@4-m+user@3-m"), [0, 1, 2], stock("ada"))
    with run.case("throttle/three", "anon, user and scope at once") as c:
        played(c, view("stock_token", "anyone", "anon@3-m+user@2-m+scoped.uploads@2-h"), [0, 1, 2, 60, 61])
    with run.case("throttle/none", "the empty list") as c:
        played(c, view("stock_token", "anyone", "none"), [0, 0, 0, 0, 0], stock("ada"))
    with run.case("throttle/before-and-after", "401 and 403 use nothing; 405, 404, 400 do") as c:
        limits = "user@3-m"
        played(c, view("stock_token", "authenticated", limits), [0])
        played(c, view("stock_token", "authenticated", limits), [0], ("Authorization", "Token no"))
        played(c, view("stock_token", "staff", limits), [0], stock("ada"))
        played(c, view("stock_token", "authenticated", limits, room="ro"), [0], stock("ada"), method="DELETE")
        played(c, view("stock_token", "owner", limits, owner="999"), [1], stock("ada"))
        played(c, view("stock_token", "owner", limits, owner="3"), [2], stock("ada"))
        played(c, view("stock_token", "owner", limits, owner="2"), [3], stock("ada"))


def rates(run):
    for rate in ("0-m", "-1-m", "3-month", "1-min", "2-sec", "1-hr", "1-decade", "007-m", "1_0-m"):
        with run.case(f"throttle/rate/{rate.replace('-', '_')}") as c:
            played(c, view("stock_token", "anyone", f"user@{rate}"), [0, 0], stock("ada"))
    for rate in ("3-M", "3-10s", "3.5-m", "x-m", "3-y"):
        with run.case(f"throttle/rate/bad-{rate}", "a server error, at request time, after permission") as c:
            played(c, view("stock_token", "authenticated", f"user@{rate}"), [0])
            played(c, view("stock_token", "authenticated", f"user@{rate}"), [0], stock("ada"))
    with run.case("throttle/rate-lowered", "more stamps than allowed: no seconds are named") as c:
        played(c, view("stock_token", "anyone", "user@5-m"), [0, 1, 2, 3, 4, 5], stock("ada"))
        played(c, view("stock_token", "anyone", "user@2-m"), [6, 59, 60, 61, 62, 63, 64], stock("ada"))
    with run.case("throttle/rate-raised", "the list is read with the new rate") as c:
        played(c, view("stock_token", "anyone", "user@2-m"), [0, 1, 2], stock("ada"))
        played(c, view("stock_token", "anyone", "user@4-m"), [3, 4, 5], stock("ada"))
    with run.case("throttle/period-changed", "a shorter period trims, a longer one keeps") as c:
        played(c, view("stock_token", "anyone", "user@3-h"), [0, 1, 2, 3], stock("ada"))
        played(c, view("stock_token", "anyone", "user@3-m"), [30, 61, 61, 62, 63], stock("ada"))
        played(c, view("stock_token", "anyone", "user@3-h"), [64, 65], stock("ada"))


def odd(run):
    key = ":1:throttle_user_2"
    place = view("stock_token", "anyone", "user@2-m")
    for name, held in {
        "empty-list": [], "future": [CLOCK_BASE + 100], "unsorted": [CLOCK_BASE, CLOCK_BASE + 5],
        "integers": [1_700_000_000], "long": [CLOCK_BASE - n for n in range(20)], "tuple": (CLOCK_BASE,),
        "none": None, "text": "hello", "old": [CLOCK_BASE - 61, CLOCK_BASE - 62],
    }.items():
        with run.case(f"throttle/held/{name}") as c:
            c.do("SET", key, pickle.dumps(held, 4), "EX", 60)
            played(c, place, [0, 1, 2], stock("ada"))
    with run.case("throttle/held/gone", "Redis forgot the list: everything begins anew") as c:
        played(c, place, [0, 0, 0], stock("ada"))
        c.do("DEL", key)
        played(c, place, [1, 1, 1], stock("ada"))
