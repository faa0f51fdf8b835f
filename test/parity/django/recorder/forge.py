"""Credentials made by hand: tokens, Basic headers, JWTs and sessions, as Django would write them or slightly not."""
import base64
import hashlib
import hmac
import json
import pickle

SECRET_KEY = "parity-only-never-a-secret-4c1f9a7be2"
JWT_KEY = "parity-only-jwt-key-0f8e7d6c5b4a39281706"
IAT, FAR = 1_700_000_000, 4_102_444_800
BACKEND = "django.contrib.auth.backends.ModelBackend"

PEOPLE = {
    "root": 1, "ada": 2, "ben": 3, "cyd": 4, "dot": 5, "eve": 6, "fay": 7, "gil": 8,
}
EMAILS = {"ada": "ada@members.example", "ben": "ben@example.org", "eve": "eve@members.example"}
NAMES = {"ada": ("Ada", "King")}


def stock(name):
    """The header of DRF's own token of a user."""
    return ("Authorization", "Token " + str(PEOPLE[name]) * 40)


def key_of(name):
    """The seed-style token that `seat` puts into Redis for a user."""
    return hashlib.sha1(f"parity-token-{name}".encode()).hexdigest()


def token(name):
    return ("Authorization", "Token " + key_of(name))


def record(name):
    first, last = NAMES.get(name, ("", ""))
    known = {"id": PEOPLE[name], "username": name, "first_name": first, "last_name": last}
    return json.dumps({**known, "email": EMAILS.get(name, "")})


def seat(case, *names):
    for name in names:
        case.do("SET", key_of(name), record(name), "EX", 259200)


def basic(text, encoding="utf-8"):
    return ("Authorization", "Basic " + base64.b64encode(text.encode(encoding)).decode())


def part(data):
    raw = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


def jwt(user=2, key=JWT_KEY, alg="HS256", head=None, without=(), **claims):
    """A JWT as simplejwt's AccessToken would be, but for what is given."""
    body = {"token_type": "access", "exp": FAR, "iat": IAT, "jti": "0" * 31 + "1", "user_id": user, **claims}
    for name in without:
        body.pop(name)
    signed = part({"typ": "JWT", "alg": alg, **(head or {})}) + b"." + part(body)
    digest = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}.get(alg)
    seal = hmac.new(key.encode(), signed, digest).digest() if digest else b""
    return (signed + b"." + part(seal)).decode()


def bearer(text, keyword="Bearer"):
    return ("Authorization", f"{keyword} {text}")


def session_hash(encoded_password, digest="sha256"):
    salt = b"django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"
    key = hashlib.new(digest, salt + SECRET_KEY.encode()).digest()
    return hmac.new(key, encoded_password.encode(), digest).hexdigest()


def session_key(letter):
    return letter * 32


def shelf_name(key):
    return ":1:django.contrib.sessions.cache" + key


def session(user, encoded_password, protocol=4, **entries):
    """A session's bytes; an entry given as None is left out."""
    held = {
        "_auth_user_id": str(user),
        "_auth_user_backend": BACKEND,
        "_auth_user_hash": session_hash(encoded_password),
        **entries,
    }
    return pickle.dumps({name: value for name, value in held.items() if value is not None}, protocol)


def cookie(**pairs):
    return ("Cookie", "; ".join(f"{name}={value}" for name, value in pairs.items()))


def named():
    """Names for values that stand in many recordings, so that a line tells who asks."""
    names = {}
    for who in PEOPLE:
        names[f"stock-{who}"] = stock(who)[1]
        names[f"token-{who}"] = token(who)[1]
        names[f"key-{who}"] = key_of(who)
        names[f"record-{who}"] = record(who)
        names[f"jwt-{who}"] = bearer(jwt(PEOPLE[who]))[1]
    names["session-cookie"] = cookie(sessionid=session_key("k"))[1]
    names["session-key"] = shelf_name(session_key("k"))
    gone = {"expires": "Thu, 01 Jan 1970 00:00:00 GMT", "Max-Age": "0", "Path": "/", "SameSite": "Lax"}
    names["cookie-deleted"] = gone
    names["unknown"] = {"detail": "Authentication credentials were not provided."}
    names["forbidden"] = {"detail": "You do not have permission to perform this action."}
    return names
