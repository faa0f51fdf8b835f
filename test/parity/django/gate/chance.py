"""Randomness that repeats: with PARITY_SEED set, keys, tokens, salts and the JWTs' times are the same in each run.

A recording then holds literal values, and recording again gives the same files.
"""
import datetime
import os
import random
import secrets
import uuid
from types import SimpleNamespace

from .clock import BASE

SEED = os.environ.get("PARITY_SEED")
dice = random.Random(SEED)
FAR = 4_102_444_800  # 2100-01-01: recorded tokens outlive whoever replays them


def restart():
    if SEED is not None:
        dice.seed(SEED)


def token_hex(size):
    return secrets.token_hex(size) if SEED is None else "%0*x" % (2 * size, dice.getrandbits(8 * size))


def install():
    if SEED is None:
        return
    from django.utils import crypto
    from rest_framework_simplejwt import tokens

    crypto.secrets = SimpleNamespace(choice=dice.choice, compare_digest=secrets.compare_digest)
    tokens.uuid4 = lambda: uuid.UUID(int=dice.getrandbits(128), version=4)
    tokens.aware_utcnow = lambda: datetime.datetime.fromtimestamp(BASE, datetime.timezone.utc)
    for kind in (tokens.AccessToken, tokens.RefreshToken):
        kind.lifetime = datetime.timedelta(seconds=FAR - BASE)
