"""Tells who is asking from the assertion that Postern signs, and from nothing else."""

from types import SimpleNamespace

import jwt
from django.conf import settings
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed

KEYS = jwt.PyJWKClient(settings.POSTERN["jwks"])  # fetched when first needed, kept for five minutes


class PosternAuthentication(BaseAuthentication):
    def authenticate(self, request):
        token = request.headers.get("X-User-Assertion")
        if token is None:
            return None
        try:
            claims = jwt.decode(
                token,
                KEYS.get_signing_key_from_jwt(token).key,
                algorithms=["EdDSA"],
                audience=settings.POSTERN["audience"],
                issuer="postern",
                options={"require": ["sub", "aud", "iss", "exp"]},
            )
        except jwt.PyJWTError as error:
            raise AuthenticationFailed("Invalid assertion.") from error
        return SimpleNamespace(**{**claims, "pk": claims["sub"], "is_authenticated": True}), claims

    def authenticate_header(self, request):
        return "Postern"  # so that a refusal is 401 and not 403
