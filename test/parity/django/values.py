"""Writes values as Python, Django and REST framework store them, and says what each of them is.

Reads {"kind": "pickles" | "records" | "claims", "seeds": [...]} and prints one case a seed, as a JSON list. A seed
always makes the same case.
"""

import collections
import datetime
import decimal
import enum
import ipaddress
import json
import pickle
import random
import sys
import uuid
import zoneinfo
from base64 import b64encode
from urllib.parse import quote

import django
import jwt
from django.conf import settings

settings.configure(USE_I18N=False)
django.setup()

from django.http import QueryDict  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402
from rest_framework.utils.serializer_helpers import ReturnDict, ReturnList  # noqa: E402

try:
    import msgpack
except ImportError:  # Debian's django-redis does without
    msgpack = None

SECRET = "a secret of more than thirty-two bytes"
SAFE = 2**53


class Status(enum.Enum):
    OPEN = "open"
    CLOSED = 2


class Level(enum.IntEnum):
    LOW = 1


Point = collections.namedtuple("Point", "x y")


class Slug(str):
    pass


class Cart(dict):
    """A dict of the app's own, with an attribute."""


class Basket(list):
    pass


class Thing:
    def __init__(self, inside):
        self.inside = inside
        self.itself = self


# What is read, in JSON: a dict with one "$" key stands for what JSON lacks, and for what is not data.
OPAQUE = {"$opaque": True}
OPAQUE_TYPES = (
    datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo, decimal.Decimal, complex, enum.Enum, Point, Slug,
    Cart, Basket, Thing, QueryDict, type, ipaddress.IPv4Address, ipaddress.IPv6Network, range, slice,
)  # fmt: skip


def reading(value):
    if isinstance(value, OPAQUE_TYPES):
        return OPAQUE
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value) if is_utf8(value) else OPAQUE
    if isinstance(value, float):
        return {"$float": repr(value)}
    if isinstance(value, int):
        return {"$int": str(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": value.hex()}
    if isinstance(value, (list, tuple, collections.deque)):
        return [reading(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return {"$set": [reading(item) for item in value]}
    if isinstance(value, dict):
        return {"$dict": [[reading(key), reading(item)] for key, item in value.items()]}
    raise TypeError(type(value))


def is_utf8(text):
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def a_text(r):
    alphabet = "ab \"'\\\n\r\0\t{}é中\U0001f600\ud800\udc00\ufeff%,:|"
    if r.random() < 0.01:
        return "x" * r.choice([255, 256, 65535, 65536, 70000])
    return "".join(r.choice(alphabet) for _ in range(r.choice([0, 1, 3, 10])))


def an_integer(r):
    edge = 2 ** r.choice([0, 7, 8, 15, 16, 31, 32, 53, 63, 64, 100, 500, 2000])
    return r.choice([1, -1]) * (edge + r.randint(-2, 2))


def a_float(r):
    return r.choice([0.0, -0.0, 0.1, 1e300, -1e-300, float("inf"), float("-inf"), float("nan"), 5.0, r.random()])


def a_key(r):
    return r.choice(
        [
            lambda: a_text(r),
            lambda: "k%d" % r.randint(0, 9),
            lambda: an_integer(r),
            lambda: None,
            lambda: (1, "a"),
            lambda: uuid.UUID(int=r.getrandbits(128)),
            lambda: Status.OPEN,
            lambda: b"key",
        ]
    )()


def an_object(r):
    zone = r.choice([None, datetime.timezone.utc, zoneinfo.ZoneInfo("Europe/Berlin")])
    moment = datetime.datetime(2024, 1, 2, 3, 4, 5, 6, tzinfo=zone)
    return r.choice(
        [
            moment, moment.date(), moment.time(), datetime.timedelta(1, 2, 3), zoneinfo.ZoneInfo("Asia/Tokyo"),
            decimal.Decimal("3.50"), uuid.UUID(int=r.getrandbits(r.choice([8, 128]))), complex(1, 2), Status.CLOSED, Level.LOW,
            Point(1, [2]), Slug("slug"), SafeString("<b>"), ipaddress.ip_address("10.0.0.1"), ipaddress.ip_network("fe80::/64"),
            QueryDict("a=1&a=2&b=%C3%A9"), dict, Thing([1, {"a": "b"}]), range(3), slice(1, 2),
        ]
    )  # fmt: skip


def a_value(r, depth=0):
    kind = r.random()
    if kind < 0.5 or depth > 3:
        return r.choice([a_text, an_integer, a_float, lambda r: r.choice([None, True, False])])(r)
    if kind < 0.65:
        return an_object(r)
    if kind < 0.7:
        return r.choice([bytes, bytearray])(r.getrandbits(8) for _ in range(r.choice([0, 1, 5, 300])))
    if kind < 0.75:
        return r.choice([set, frozenset])([a_text(r), an_integer(r), None][: r.randint(0, 3)])
    return a_container(r, [a_value(r, depth + 1) for _ in range(r.choice([0, 1, 2, 3, 4, 1001] if depth == 0 else [0, 1, 2, 3, 4]))])


def a_container(r, items):
    if r.random() < 0.5:
        cart = Cart(a=1)
        cart.owner = "ada"
        made = r.choice([list, tuple, collections.deque, lambda i: collections.deque(i, 2000), Basket])(items)
        return r.choice([made, ReturnList(items, serializer=None), cart, [made, made]])
    pairs = [(a_key(r), item) for item in items]
    factory = r.choice([list, dict, None])
    return r.choice(
        [
            dict(pairs),
            collections.OrderedDict(pairs),
            collections.defaultdict(factory, pairs),
            ReturnDict(pairs, serializer=None),
            collections.Counter({key: 3 for key, _ in pairs}),
        ]
    )


def pickles(r):
    value = a_value(r)
    protocol = r.randint(0, 5)
    try:
        written = pickle.dumps(value, protocol)
    except (RecursionError, TypeError):  # a few types of today need protocol 2
        written = pickle.dumps(value, 2)
    return {"what": "protocol %d: %.300r" % (protocol, value), "bytes": b64(written), "value": reading(value)}


# The user's record: what its fields may be written as, and what that means.
IDS = [
    (7, "7"), ("7", "7"), (0, "0"), ("ada", "ada"), ("o'Zoë|x", "o'Zoë|x"), (SAFE - 1, str(SAFE - 1)), (1 - SAFE, str(1 - SAFE)),
    (str(SAFE + 1), str(SAFE + 1)), (SAFE + 1, None), (-SAFE - 1, None), (SAFE * 1024 + 1, None), (True, None), ("", None),
    ([7], None), ({"id": 7}, None),
]  # fmt: skip
GROUPS = [(["Read Only", "x"], "Read Only,x"), ("Read Only Admin", "Read Only Admin"), ("a,b", "a%2Cb"), ([], None)]
FLAGS = [
    (200, [True, 1, "1", "true", "True", "TRUE"]),
    (401, [False, 0, None, "0", "false", "False", "FALSE", ""]),
    (503, ["no", "yes", 2, -1, 0.5, [1], {"a": 1}]),
]


def records(r):
    given, wanted = r.choice(IDS) if r.random() < 0.4 else (7, "7")
    groups, seen = r.choice(GROUPS)
    status, flags = r.choice(FLAGS)
    name, flag = r.choice(["is_active", "active"]), r.choice(flags)
    fields = {r.choice(["id", "pk", "user_id"]): given, name: flag, "groups": groups, "note": r.choice([1.5, None, float("nan"), 1e300])}
    how = r.choice(sorted(FORMATS))
    if how == "hash":
        # A hash holds text, so that no integer is rounded and True is a word.
        wanted = str(given) if isinstance(given, int) and not isinstance(given, bool) else "true" if given is True else wanted
        status = 200 if flag is None else status
        if isinstance(given, (list, dict)):
            wanted = json.dumps(given)
    status = 503 if wanted is None else status
    stored = FORMATS[how](r, fields)
    return {
        "what": "%s: %r" % (how, fields),
        "hash" if how == "hash" else "bytes": stored if how == "hash" else b64(stored),
        "status": status,
        "seen": [shown(wanted), seen and shown(seen, "%")] if status == 200 else None,
    }


def as_pickle(r, fields):
    kind = r.choice([dict, collections.OrderedDict, lambda f: ReturnDict(f, serializer=None)])
    return pickle.dumps(kind({**fields, "seen": datetime.datetime.now(), "status": Status.OPEN}), r.randint(0, 5))


def as_hash(r, fields):
    return {name: field if isinstance(field, str) else json.dumps(field) for name, field in fields.items() if field is not None}


FORMATS = {
    "hash": as_hash,
    "pickle": as_pickle,
    "json": lambda r, fields: json.dumps(fields, ensure_ascii=r.random() < 0.5, indent=r.choice([None, 2])).encode(),
    "json in a pickle": lambda r, fields: pickle.dumps(json.dumps(fields), r.randint(0, 5)),
    "json as bytes in a pickle": lambda r, fields: pickle.dumps(json.dumps(fields).encode(), r.randint(0, 5)),
    "json in json": lambda r, fields: json.dumps(json.dumps(fields)).encode(),
}
if msgpack:
    FORMATS["msgpack"] = lambda r, fields: msgpack.dumps(fields)


def claims(r):
    given, wanted = r.choice(IDS)
    token = jwt.encode({"sub": given, "exp": 4_000_000_000}, SECRET, algorithm="HS256")
    return {"what": "sub: %r" % (given,), "token": token, "status": 200 if wanted else 401, "seen": wanted and [shown(wanted)]}


def shown(text, safe=""):
    """As a header shows it."""
    return quote(text, safe="".join(chr(code) for code in range(0x21, 0x7F) if chr(code) != "%") + safe)


def b64(data):
    return b64encode(data).decode()


def main():
    asked = json.load(sys.stdin)
    make = {"pickles": pickles, "records": records, "claims": claims}[asked["kind"]]
    json.dump([make(random.Random(seed)) for seed in asked["seeds"]], sys.stdout)


main()
