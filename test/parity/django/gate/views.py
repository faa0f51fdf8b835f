"""Views made from their URL: /v/<chain>/<permission>/<throttle>/[<owner>/]; README.md has the words."""
from functools import lru_cache

from django.contrib.auth.models import User
from django.http import Http404
from django.views.decorators.csrf import csrf_exempt
from rest_framework.response import Response
from rest_framework.views import APIView

from . import permit, throttle
from .authenticate import CHAIN
from .models import Book


class Answer(APIView):
    """Says who was let in, as an application behind the gateway would see it."""

    queryset = Book.objects.none()

    def answer(self, request, owner=None):
        if owner is not None:
            found = User.objects.filter(pk=owner if owner.isdigit() else None).first()
            if found is None:
                raise Http404
            self.check_object_permissions(request, found)
        by = request.successful_authenticator
        return Response({"user": getattr(request.user, "pk", None), "auth": by.kind if by else None})

    def get(self, request, **where):
        return self.answer(request, **where)


class Everything(Answer):
    def post(self, request, **where):
        return self.answer(request, **where)

    put = patch = delete = post


class Reader(Everything):
    """Reads the body, so a bad one is refused: after authentication, permission and throttle."""

    def post(self, request, **where):
        request.data
        return self.answer(request, **where)

    put = patch = delete = post


class Defaults(Everything):
    """Names no classes of its own: the project's defaults rule."""


ROOMS = {"v": Everything, "ro": Answer, "parse": Reader}


@lru_cache(maxsize=None)
def build(room, chain, permission, throttles):
    limits, scope = throttle.classes(throttles)
    made = {
        "authentication_classes": [] if chain == "none" else [CHAIN[word] for word in chain.split("+")],
        "permission_classes": permit.classes(permission),
        "throttle_classes": limits,
        "throttle_scope": scope,
    }
    return type("View", (ROOMS[room],), made).as_view()


@csrf_exempt
def chosen(request, room, chain, permission, throttles, **where):
    try:
        view = build(room, chain, permission, throttles)
    except KeyError as unknown:
        raise Http404(f"no such word: {unknown}") from unknown
    return view(request, **where)
