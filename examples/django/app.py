"""The smallest Django app behind Postern: `python3 app.py 8000` answers GET /me."""

import os
import sys
from wsgiref.simple_server import make_server

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["rest_framework"],
    REST_FRAMEWORK={
        "DEFAULT_AUTHENTICATION_CLASSES": ["authentication.PosternAuthentication"],
        "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
        "UNAUTHENTICATED_USER": None,
    },
    POSTERN={
        "jwks": os.environ.get("POSTERN_JWKS", "http://127.0.0.1:8081/.well-known/jwks.json"),
        "audience": "shop",
    },
)
django.setup()

from rest_framework.decorators import api_view  # noqa: E402 (needs the settings above)
from rest_framework.response import Response  # noqa: E402


@api_view(["GET"])
def me(request):
    return Response({"user": request.user.pk})


urlpatterns = [path("me", me)]

if __name__ == "__main__":
    with make_server("127.0.0.1", int(sys.argv[1]), get_wsgi_application()) as server:
        server.serve_forever()
