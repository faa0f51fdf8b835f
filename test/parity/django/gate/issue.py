"""Login and logout for each kind of credential, as projects write them."""
import json

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.middleware.csrf import get_token
from django_redis import get_redis_connection
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from . import chance, single
from .authenticate import RECORD, TOKEN_SECONDS, Jwt, Session, Token


class Open(APIView):
    authentication_classes = []
    permission_classes = []
    throttle_classes = []

    def who(self, request):
        return authenticate(request, username=request.data["username"], password=request.data["password"])


def wrong():
    """The refusal of the kind of project that answers 200 to everything and puts the status in the body."""
    return Response({"status_code": 403, "msg": "Wrong password!"})


class TokenLogin(Open):
    def post(self, request):
        user = self.who(request)
        if user is None:
            return wrong()
        token = chance.token_hex(20)
        record = json.dumps({field: getattr(user, field) for field in RECORD})
        get_redis_connection("default").set(token, record, ex=TOKEN_SECONDS)
        return Response({"status_code": 200, "token": token})


class TokenLogout(APIView):
    authentication_classes = [Token]
    throttle_classes = []

    def post(self, request):
        get_redis_connection("default").delete(request.auth)
        return Response({"status_code": 200})


class SessionLogin(Open):
    def post(self, request):
        user = self.who(request)
        if user is None:
            return wrong()
        login(request._request, user)
        return Response({"status_code": 200, "csrf": get_token(request._request)})


class SessionLogout(Open):
    def post(self, request):
        logout(request._request)
        return Response({"status_code": 200})


class SessionPassword(APIView):
    """Changes one's own password; `keep` holds on to this session, all others end."""

    authentication_classes = [Session]
    throttle_classes = []

    def post(self, request):
        request.user.set_password(request.data["new"])
        request.user.save()
        if request.data.get("keep"):
            update_session_auth_hash(request._request, request.user)
        return Response({"status_code": 200})


class SessionWrite(Open):
    """Puts a value or a lifetime into the session, with or without a login."""

    def post(self, request):
        session = request._request.session
        for name, value in request.data.get("values", {}).items():
            session[name] = value
        if "expiry" in request.data:
            session.set_expiry(request.data["expiry"])
        return Response({"status_code": 200})


class Csrf(Open):
    def get(self, request):
        return Response({"csrf": get_token(request._request)})


class JwtLogin(Open):
    def post(self, request):
        user = self.who(request)
        if user is None:
            return wrong()
        refresh = RefreshToken.for_user(user)
        return Response({"access": str(refresh.access_token), "refresh": str(refresh)})


class SingleLogin(Open):
    def post(self, request):
        user = self.who(request)
        if user is None:
            return wrong()
        token = str(AccessToken.for_user(user))
        single.keep(user.pk, token)
        return Response({"access": token})


class SingleLogout(APIView):
    authentication_classes = [Jwt]
    throttle_classes = []

    def post(self, request):
        single.drop(request.user.pk)
        return Response({"status_code": 200})
