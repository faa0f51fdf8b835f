from types import SimpleNamespace

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import models


class Book(models.Model):
    """What DjangoModelPermissions asks about: gate.add_book, gate.change_book, gate.delete_book, gate.view_book."""

    title = models.CharField(max_length=50)


class QuickHasher(PBKDF2PasswordHasher):
    """Few rounds, so that tests spend their time elsewhere."""

    iterations = 1000




def guest():
    """Stands for everybody unknown where a project sets UNAUTHENTICATED_USER."""
    return SimpleNamespace(
        pk=0, id=0, username="guest", email="", is_active=True, is_staff=False, is_authenticated=False,
        is_anonymous=True,
    )


def guest_token():
    return "guest"
