"""Writes hashes.json beside this file with the real Django; the work factors are small, so that tests are quick.

Debian: apt-get install python3-django python3-argon2 python3-bcrypt
Run:    /usr/bin/python3 test/django/hashers/make-vectors.py
"""

import base64
import hashlib
import json
import pathlib

import argon2
import django
from django.conf import settings

ALGORITHMS = ["PBKDF2", "PBKDF2SHA1", "Argon2", "BCryptSHA256", "BCrypt"]
settings.configure(PASSWORD_HASHERS=["django.contrib.auth.hashers.%sPasswordHasher" % name for name in ALGORITHMS])
django.setup()

from django.contrib.auth import hashers  # noqa: E402

PASSWORDS = ["secret", "pässwörd:中文", "", "a" * 100, "\U0001f600"]


class SmallArgon2(hashers.Argon2PasswordHasher):
    memory_cost, time_cost, parallelism = 512, 2, 4


def encoded(password):
    yield hashers.PBKDF2PasswordHasher().encode(password, "salt", 1000)
    yield hashers.PBKDF2SHA1PasswordHasher().encode(password, "salt", 1000)
    yield SmallArgon2().encode(password, "somesaltsomesalt")
    # Django before 3.2 wrote argon2i.
    yield "argon2" + argon2.low_level.hash_secret(
        password.encode(), b"somesaltsomesalt", 2, 512, 2, 16, argon2.low_level.Type.I
    ).decode()
    for hasher in (hashers.BCryptSHA256PasswordHasher(), hashers.BCryptPasswordHasher()):
        yield hasher.encode(password, b"$2b$04$abcdefghijklmnopqrstuu")
    # Django has scrypt from 4.0 on; this is its layout.
    derived = hashlib.scrypt(password.encode(), salt=b"seasalt", n=1024, r=8, p=5, dklen=64)
    yield "scrypt$1024$seasalt$8$5$" + base64.b64encode(derived).decode()


vectors = []
for password in PASSWORDS:
    for text in encoded(password):
        known = not text.startswith("scrypt")
        assert not known or hashers.check_password(password, text)
        wrong = hashers.check_password(password + "x", text) if known else False
        vectors.append({"password": password, "encoded": text, "wrongMatches": wrong})

path = pathlib.Path(__file__).parent / "hashes.json"
path.write_text(json.dumps(vectors, indent=1, sort_keys=True) + "\n")
