"""Writes the vectors beside this file with the real Python, Django and django-redis.

Debian: apt-get install python3-django python3-django-redis python3-msgpack python3-lz4 python3-zstandard
Run:    /usr/bin/python3 test/django/make-vectors.py
"""

import base64
import collections
import datetime
import decimal
import gzip
import json
import lzma
import pathlib
import pickle
import random
import uuid

import django
import lz4.frame
import zstandard
from django.conf import settings

settings.configure(SECRET_KEY="first-secret", INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes"])
django.setup()

from django.contrib.auth.models import User  # noqa: E402
from django.middleware import csrf  # noqa: E402
from django.test import override_settings  # noqa: E402
from django.utils.safestring import SafeString  # noqa: E402
from django_redis.compressors.lz4 import Lz4Compressor  # noqa: E402
from django_redis.compressors.lzma import LzmaCompressor  # noqa: E402
from django_redis.compressors.zlib import ZlibCompressor  # noqa: E402
from django_redis.serializers.json import JSONSerializer  # noqa: E402
from django_redis.serializers.msgpack import MSGPackSerializer  # noqa: E402

HERE = pathlib.Path(__file__).parent
random.seed(20)


def b64(data):
    return base64.b64encode(data).decode()


def write(name, content):
    text = json.dumps(content, indent=1, sort_keys=True, ensure_ascii=True)
    (HERE / name).write_text(text + "\n")


# What TypeScript makes of a value, in JSON; a dict with one "$" key stands for what JSON lacks.
def expected(value):
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if isinstance(value, (datetime.date, datetime.timedelta, decimal.Decimal)):
        return {"$opaque": type(value).__module__ + "." + type(value).__name__}
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else {"$float": str(value)}
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"$big": str(value)}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": bytes(value).hex()}
    if isinstance(value, (list, tuple)):
        return [expected(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return {"$set": [expected(item) for item in sorted(value)]}
    return {"$dict": [[expected(key), expected(item)] for key, item in value.items()]}


SESSION = {
    "_auth_user_id": "7",
    "_auth_user_backend": "django.contrib.auth.backends.ModelBackend",
    "_auth_user_hash": "c0ffee" * 10 + "beef",
}
PLAIN = {
    "integers": [0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31) - 1, 2**53 - 1, 2**53, -(2**63), 2**70],
    "floats": [0.5, -1.5, 1e300, 1700000000.123456],
    "none": None,
    "flags": [True, False],
    "nested": {"a": {"b": [{}, [], ""]}},
    "text": "naïve 中文 \U0001f600 \\u0041 back\\slash\nline\r\x00",
    "long": "x" * 300,
}
SHARED = ["twice", ["again"]]
PYTHON = {
    "tuples": [(), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)],
    "bytes": [b"", b"\x00\xff", bytearray(b"ab")],
    "special": [float("inf"), float("-inf"), float("nan")],
    "huge": -(3**1200),
    "set": {1, 2},
    "frozen": frozenset(["k"]),
    "ordered": collections.OrderedDict([("z", 1), ("a", 2)]),
    "keys": {1: "a", None: "b", (1, 2): "c", b"\x01": "d"},
    "shared": [SHARED, SHARED],
    "times": [
        datetime.datetime(2024, 6, 7, 8, 9, 10, 11),
        datetime.datetime(2100, 1, 1, tzinfo=datetime.timezone.utc),
        datetime.date(2024, 6, 7),
        datetime.timedelta(days=1),
    ],
    "money": decimal.Decimal("1.50"),
}
NEWER = {"safe": SafeString("<b>"), "uuid": uuid.UUID(int=5)}
MANY = {str(i): "text %d" % (i % 700) for i in range(1500)}


def pickles():
    for protocol in range(6):
        for what, value in [("session", SESSION), ("plain", PLAIN), ("python", PYTHON), ("throttle", [1700000002.25, 1.5])]:
            yield what, protocol, value
    for protocol in (2, 4, 5):
        yield "newer", protocol, NEWER
    for protocol in (1, 4):
        yield "many", protocol, MANY


write(
    "pickles.json",
    [
        {"what": what, "protocol": protocol, "bytes": b64(pickle.dumps(value, protocol)), "value": expected(value)}
        for what, protocol, value in pickles()
        if what != "many"
    ]
    + [{"what": "many", "protocol": p, "bytes": b64(gzip.compress(pickle.dumps(v, p), mtime=0)), "gzip": True, "value": None}
       for w, p, v in pickles() if w == "many"],
)

write(
    "serialized.json",
    [
        {"what": what, "serializer": name, "bytes": b64(serializer({}).dumps(value)), "value": expected(value)}
        for name, serializer in (("json", JSONSerializer), ("msgpack", MSGPackSerializer))
        for what, value in (
            ("session", SESSION),
            ("plain", PLAIN if name == "json" else {**PLAIN, "integers": [0, 127, 128, -1, -32, -33, -129, 65536, 2**40, 2**63, -(2**63)]}),
            ("short", "abc"),
            ("float", 1.5),
            ("none", None),
            ("empty", {}),
        )
    ],
)


def texts():
    words = ["".join(random.choice("abcdefgh_") for _ in range(random.randint(1, 9))) for _ in range(60)]
    yield "session", pickle.dumps(SESSION, 4)
    yield "words", " ".join(random.choice(words) for _ in range(900)).encode()
    yield "noise", bytes(random.getrandbits(8) for _ in range(400))
    yield "run", b"ab" * 40000 + b"c"
    yield "mixed", b"".join(
        random.choice((b"x" * random.randint(1, 300), random.choice(words).encode(), bytes(random.getrandbits(8) for _ in range(20))))
        for _ in range(150)
    )


COMPRESSORS = {
    "zlib": [ZlibCompressor({}).compress],
    "gzip": [lambda raw: gzip.compress(raw, mtime=0)],
    "lzma": [
        LzmaCompressor({}).compress,
        lambda raw: lzma.compress(raw, check=lzma.CHECK_SHA256),
        lambda raw: lzma.compress(raw, check=lzma.CHECK_CRC32),
        lambda raw: lzma.compress(raw, check=lzma.CHECK_NONE, filters=[{"id": lzma.FILTER_LZMA2, "lc": 0, "lp": 2, "pb": 0}]),
    ],
    "lz4": [
        Lz4Compressor({}).compress,
        lambda raw: lz4.frame.compress(raw, block_linked=False, content_checksum=True, block_checksum=True, store_size=False),
        lambda raw: lz4.frame.compress(raw, compression_level=9, block_size=lz4.frame.BLOCKSIZE_MAX64KB),
    ],
    "zstd": [
        zstandard.ZstdCompressor(level=3).compress,
        zstandard.ZstdCompressor(level=19, write_checksum=True).compress,
        zstandard.ZstdCompressor(level=1, write_content_size=False).compress,
    ],
}
TEXTS = list(texts())
write(
    "compressed.json",
    {
        "raw": {what: b64(gzip.compress(raw, mtime=0)) for what, raw in TEXTS},
        "compressed": [
            {"what": what, "compressor": name, "variant": variant, "bytes": b64(compress(raw))}
            for what, raw in TEXTS
            for name, compressors in COMPRESSORS.items()
            for variant, compress in enumerate(compressors)
        ],
    },
)


def session_hashes():
    for secret in ("first-secret", "ünicöde"):
        for password in ("pbkdf2_sha256$1000$salt$aGk=", "", "!unusable"):
            with override_settings(SECRET_KEY=secret):
                user = User(password=password)
                yield {
                    "secretKey": secret,
                    "password": password,
                    "sha256": user.get_session_auth_hash(),
                    "sha1": user._legacy_get_session_auth_hash(),
                }


write("session-hashes.json", list(session_hashes()))
secrets = [csrf._get_new_csrf_string() for _ in range(5)]
write("csrf-tokens.json", [{"secret": secret, "token": csrf._mask_cipher_secret(secret)} for secret in secrets])
