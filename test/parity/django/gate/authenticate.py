"""The authenticators that a chain may name. `kind` is the word in the URL and in the answer."""
import json

from django.contrib.auth.backends import RemoteUserBackend
from django.contrib.auth.models import User
from django.core.cache import caches
from django_redis import get_redis_connection
from rest_framework import authentication, exceptions
from rest_framework_simplejwt.authentication import JWTAuthentication

from . import single

RECORD = ("id", "username", "first_name", "last_name", "email")
TOKEN_SECONDS = 259200


class Token(authentication.TokenAuthentication):
    """The token is the bare Redis key, its value is the user as JSON; the database is not asked."""

    kind = "token"

    def authenticate_credentials(self, key):
        stored = get_redis_connection("default").get(key)
        if not stored:
            raise exceptions.AuthenticationFailed("invalid token.")
        user = User()
        for field, value in json.loads(stored).items():
            setattr(user, field, value)
        return user, key


class StockToken(authentication.TokenAuthentication):
    """DRF's own, on the table of rest_framework.authtoken."""

    kind = "stock_token"


class Session(authentication.SessionAuthentication):
    kind = "session"


class SessionNoCsrf(authentication.SessionAuthentication):
    kind = "session_exempt"

    def enforce_csrf(self, request):
        return None


class Basic(authentication.BasicAuthentication):
    kind = "basic"


class Jwt(JWTAuthentication):
    kind = "jwt"


class SingleJwt(JWTAuthentication):
    """Only the newest token of a user counts; each use prolongs its stay in Redis."""

    kind = "jwt_single"

    def authenticate(self, request):
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        presented = str(token)
        if caches["single"].get(user.pk) != presented:
            raise exceptions.AuthenticationFailed()
        single.keep(user.pk, presented)
        return user, token


class RemoteUser(authentication.RemoteUserAuthentication):
    kind = "remote_user"
    header = "HTTP_X_REMOTE_USER"


class KnownRemoteUsers(RemoteUserBackend):
    """A name that no user bears is nobody; stock Django would make a user of it."""

    create_unknown_user = False


CHAIN = {
    one.kind: one for one in (Token, StockToken, Session, SessionNoCsrf, Basic, Jwt, SingleJwt, RemoteUser)
}
