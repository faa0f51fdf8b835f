"""The users that every recording starts from, and changes to them from outside (an admin's hand)."""
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.hashers import make_password
from rest_framework.authtoken.models import Token
from rest_framework.response import Response

from . import chance
from .issue import Open

PEOPLE = [
    {"username": "root", "is_staff": True, "is_superuser": True},
    {"username": "ada", "first_name": "Ada", "last_name": "King", "email": "ada@members.example"},
    {"username": "ben", "email": "ben@example.org"},
    {"username": "cyd", "is_staff": True},
    {"username": "dot", "is_active": False},
    {"username": "eve", "groups": ["vip"], "email": "eve@members.example"},
    {"username": "fay", "groups": ["editors"], "may": ["add_book"]},
    {"username": "gíl", "password": "pä:ss wörd", "first_name": "Gíl"},
]
GROUPS = {"vip": [], "editors": ["change_book", "view_book"]}


def encode(password, salt):
    return make_password(password, salt=salt)


def reset():
    User.objects.all().delete()
    Group.objects.all().delete()
    book = Permission.objects.filter(content_type__app_label="gate", content_type__model="book")
    for name, codenames in GROUPS.items():
        Group.objects.create(name=name).permissions.set(book.filter(codename__in=codenames))
    for number, person in enumerate(PEOPLE, start=1):
        fields = dict(person)
        groups, may = fields.pop("groups", []), fields.pop("may", [])
        plain = fields.pop("password", f"{person['username']}-secret")
        user = User(pk=number, password=encode(plain, f"parity{number:016d}"), **fields)
        user.save()
        user.groups.set(Group.objects.filter(name__in=groups))
        user.user_permissions.set(book.filter(codename__in=may))
        Token.objects.create(user=user, key=str(number) * 40)


def described(user):
    """What a gateway may need to know of a user; `session_hash` is what a live session must carry."""
    return {
        "id": user.pk,
        "username": user.username,
        "email": user.email,
        "password": user.password,
        "session_hash": user.get_session_auth_hash(),
        "is_active": user.is_active,
        "is_staff": user.is_staff,
        "is_superuser": user.is_superuser,
        "groups": sorted(user.groups.values_list("name", flat=True)),
        "permissions": sorted(p for p in user.get_all_permissions() if p.startswith("gate.")),
    }


class World(Open):
    """GET lists the users; POST {"reset": true} starts over, {"user": name, …} changes or deletes one."""

    def get(self, request):
        return Response([described(user) for user in User.objects.order_by("pk")])

    def post(self, request):
        change = dict(request.data)
        if "reset" in change:
            reset()
            chance.restart()
            return Response({})
        user = User.objects.get(username=change.pop("user"))
        if change.pop("delete", False):
            user.delete()
            return Response({})
        if "password" in change:
            user.password = encode(change.pop("password"), "parity-changed-000")
        if "groups" in change:
            user.groups.set(Group.objects.filter(name__in=change.pop("groups")))
        for field, value in change.items():
            setattr(user, field, value)
        user.save()
        return Response(described(User.objects.get(pk=user.pk)))
