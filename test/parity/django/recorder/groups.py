"""The list of recordings: name, what it is about, and under which settings which script runs."""
from .cases import (
    basic, chains, csrf, forwarded, jwt, jwt_single, messages, order, permissions, session, throttle, token,
)

GROUPS = {
    "token": ("tokens in Redis as JSON, and DRF's own for its messages", [({}, token.play)]),
    "basic": ("HTTP Basic", [({}, basic.play)]),
    "jwt": (
        "simplejwt's access tokens",
        [
            ({}, jwt.play),
            ({"PARITY_JWT_AUDIENCE": "shop", "PARITY_JWT_ISSUER": "https://id.example"}, jwt.addressed),
            ({"PARITY_JWT_LEEWAY": "30"}, jwt.lenient),
            ({"PARITY_JWT_KEYWORDS": "JWT,Bearer"}, jwt.keywords),
        ],
    ),
    "jwt-single-login": (
        "only the newest JWT of a user counts",
        [
            ({}, jwt_single.play),
            ({"PARITY_SERIALIZER": "json"}, jwt_single.variant),
            ({"PARITY_COMPRESSOR": "zlib", "PARITY_SINGLE_PREFIX": "", "PARITY_CACHE_VERSION": "3"}, jwt_single.variant),
        ],
    ),
    "session": (
        "cookie sessions in django-redis",
        [
            ({}, session.play),
            ({"PARITY_SERIALIZER": "json"}, session.variant),
            ({"PARITY_COMPRESSOR": "zlib"}, session.variant),
            ({"PARITY_SERIALIZER": "json", "PARITY_COMPRESSOR": "zlib"}, session.variant),
            ({"PARITY_CACHE_PREFIX": "shop", "PARITY_CACHE_VERSION": "7"}, session.variant),
            ({"PARITY_SESSION_ENGINE": "cached_db"}, session.variant),
            ({"PARITY_SESSION_SAVE_ALWAYS": "1"}, session.lifetime),
            ({"PARITY_SESSION_AT_CLOSE": "1"}, session.lifetime),
        ],
    ),
    "csrf": (
        "CSRF as SessionAuthentication asks for it",
        [({}, csrf.play), ({"PARITY_TRUSTED_ORIGINS": "trusted.test,.wild.test"}, csrf.https)],
    ),
    "throttle": ("throttles on a clock that the requests set", [({}, throttle.play)]),
    "permissions": ("permission classes, their operators and their messages", [({}, permissions.play)]),
    "chains": (
        "which authenticator answers, and how a refusal looks",
        [
            ({}, chains.play),
            ({"PARITY_ANONYMOUS": "none"}, chains.anonymous),
            ({"PARITY_ANONYMOUS": "guest"}, chains.anonymous),
        ],
    ),
    "order": (
        "authenticate, permit, throttle, and what comes after; a project's defaults",
        [
            ({}, order.play),
            ({"PARITY_DEFAULT_CHAIN": "Session,Token", "PARITY_DEFAULT_PERMIT": "Vip", "PARITY_DEFAULT_THROTTLE": ""},
             order.defaults),
        ],
    ),
    "forwarded": (
        "whose address a throttle counts: X-Forwarded-For and NUM_PROXIES",
        [({"PARITY_NUM_PROXIES": n} if n else {}, forwarded.play) for n in ("", "0", "1", "2")],
    ),
    "messages": (
        "the texts in the languages that DRF ships, chosen by Accept-Language",
        [({"PARITY_LOCALE": "1"}, messages.play), ({"PARITY_LANGUAGE": "de"}, messages.fixed)],
    ),
}
