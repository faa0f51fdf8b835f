"""Django's settings, each switch read from the environment (README.md lists them)."""
import os

env = os.environ.get


def flag(name):
    return env(name, "") == "1"


def words(name, default=""):
    return [word for word in env(name, default).split(",") if word]


def optional_number(name):
    return int(env(name)) if env(name) else None


SECRET_KEY = "parity-only-never-a-secret-4c1f9a7be2"
DEBUG = False
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "gate.urls"
APPEND_SLASH = False
USE_TZ = True
USE_I18N = True
USE_L10N = False
LANGUAGE_CODE = env("PARITY_LANGUAGE", "en-us")
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "rest_framework",
    "rest_framework.authtoken",
    *([] if flag("PARITY_JWT_UNLISTED") else ["rest_framework_simplejwt"]),
    "gate.apps.GateConfig",
]
MIDDLEWARE = [
    "gate.clock.ClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    *(["django.middleware.locale.LocaleMiddleware"] if flag("PARITY_LOCALE") else []),
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]

LOGGING = {  # refusals are what the tests are about; nobody reads them here
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {"django": {"handlers": ["nowhere"], "propagate": False}},
}

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.path.join(env("PARITY_SCRATCH", "/nonexistent"), "db.sqlite3"),
        "OPTIONS": {"timeout": 20},
    }
}


class NoMigrations:
    """The tables are made from the models at once; forty migration steps would only cost start-up time."""

    def __contains__(self, app):
        return True

    def __getitem__(self, app):
        return None


MIGRATION_MODULES = NoMigrations()

SERIALIZERS = {
    "pickle": "django_redis.serializers.pickle.PickleSerializer",
    "json": "django_redis.serializers.json.JSONSerializer",
}
COMPRESSORS = {
    "none": "django_redis.compressors.identity.IdentityCompressor",
    "zlib": "django_redis.compressors.zlib.ZlibCompressor",
}


def cache(prefix):
    return {
        "BACKEND": "django_redis.cache.RedisCache",
        "LOCATION": env("REDIS_URL", "redis://127.0.0.1:1/0"),
        "KEY_PREFIX": prefix,
        "VERSION": int(env("PARITY_CACHE_VERSION", "1")),
        "OPTIONS": {
            "SERIALIZER": SERIALIZERS[env("PARITY_SERIALIZER", "pickle")],
            "COMPRESSOR": COMPRESSORS[env("PARITY_COMPRESSOR", "none")],
        },
    }


CACHES = {
    "default": cache(env("PARITY_CACHE_PREFIX", "")),
    "single": cache(env("PARITY_SINGLE_PREFIX", "single")),
}

SESSION_ENGINE = "django.contrib.sessions.backends." + env("PARITY_SESSION_ENGINE", "cache")
SESSION_SAVE_EVERY_REQUEST = flag("PARITY_SESSION_SAVE_ALWAYS")
SESSION_EXPIRE_AT_BROWSER_CLOSE = flag("PARITY_SESSION_AT_CLOSE")
CSRF_TRUSTED_ORIGINS = words("PARITY_TRUSTED_ORIGINS")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

PASSWORD_HASHERS = ["gate.models.QuickHasher"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "gate.authenticate.KnownRemoteUsers"]

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": [f"gate.authenticate.{w}" for w in words("PARITY_DEFAULT_CHAIN", "Token")],
    "DEFAULT_PERMISSION_CLASSES": [f"gate.permit.{w}" for w in words("PARITY_DEFAULT_PERMIT", "IsAuthenticated")],
    "DEFAULT_THROTTLE_CLASSES": [f"gate.throttle.{w}" for w in words("PARITY_DEFAULT_THROTTLE", "User")],
    "DEFAULT_THROTTLE_RATES": {
        "anon": "5/m",
        "user": "3/m",
        "burst": "2/s",
        "sustained": "4/m",
        "uploads": "2/m",
        "reports": "3/h",
    },
    "NUM_PROXIES": optional_number("PARITY_NUM_PROXIES"),
}
if env("PARITY_ANONYMOUS") == "none":
    REST_FRAMEWORK["UNAUTHENTICATED_USER"] = None
if env("PARITY_ANONYMOUS") == "guest":
    REST_FRAMEWORK["UNAUTHENTICATED_USER"] = "gate.models.guest"
    REST_FRAMEWORK["UNAUTHENTICATED_TOKEN"] = "gate.models.guest_token"

SIMPLE_JWT = {
    "ALGORITHM": env("PARITY_JWT_ALGORITHM", "HS256"),
    "SIGNING_KEY": "parity-only-jwt-key-0f8e7d6c5b4a39281706",
    "AUDIENCE": env("PARITY_JWT_AUDIENCE") or None,
    "ISSUER": env("PARITY_JWT_ISSUER") or None,
    "LEEWAY": int(env("PARITY_JWT_LEEWAY", "0")),
    "AUTH_HEADER_TYPES": tuple(words("PARITY_JWT_KEYWORDS", "Bearer")),
    "UPDATE_LAST_LOGIN": False,
}
SINGLE_LOGIN_SECONDS = 7200
