"""The permissions that an expression may name, and the expression's grammar.

    a            a must hold            a-or-b     any of them
    not-a        a must not             a-and-b    all of them; binds tighter than -or-
    a+b          several classes in permission_classes, asked in order
"""
from rest_framework import permissions
from rest_framework.permissions import AllowAny, IsAuthenticated  # noqa: F401 (defaults name them here)


class Vip(permissions.BasePermission):
    message = "Only VIPs may come in here."

    def has_permission(self, request, view):
        user = request.user
        return bool(user and user.is_authenticated and user.groups.filter(name="vip").exists())


class Member(permissions.BasePermission):
    """Decided from the token's record alone, no look-up."""

    message = "Only members may do this."
    code = "not_a_member"

    def has_permission(self, request, view):
        return getattr(request.user, "email", "").endswith("@members.example")


class OwnerOfObject(permissions.IsAuthenticated):
    """Asked when the handler has fetched its object: after the throttles."""

    def has_object_permission(self, request, view, obj):
        return obj.pk == request.user.pk


class OwnerByUrl(permissions.IsAuthenticated):
    """The same rule from the URL alone: before the throttles."""

    message = "This belongs to somebody else."

    def has_permission(self, request, view):
        return super().has_permission(request, view) and view.kwargs.get("owner") == str(request.user.pk)


PERMIT = {
    "anyone": permissions.AllowAny,
    "authenticated": permissions.IsAuthenticated,
    "staff": permissions.IsAdminUser,
    "authenticated_or_read": permissions.IsAuthenticatedOrReadOnly,
    "model": permissions.DjangoModelPermissions,
    "model_or_anon_read": permissions.DjangoModelPermissionsOrAnonReadOnly,
    "vip": Vip,
    "member": Member,
    "owner": OwnerOfObject,
    "owner_url": OwnerByUrl,
}


def expression(text):
    """Reads one expression into DRF's operators over classes; KeyError for an unknown word."""
    either = None
    for branch in text.split("-or-"):
        every = None
        for term in branch.split("-and-"):
            one = PERMIT[term.removeprefix("not-")]
            if term.startswith("not-"):
                one = ~one
            every = one if every is None else every & one
        either = every if either is None else either | every
    return either


def classes(text):
    return [expression(one) for one in text.split("+")]
