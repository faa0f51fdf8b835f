"""The newest JWT of each user, in the cache called "single": `<prefix>:<version>:<user id>`."""
from django.conf import settings
from django.core.cache import caches


def keep(user_id, token):
    caches["single"].set(user_id, token, settings.SINGLE_LOGIN_SECONDS)


def drop(user_id):
    caches["single"].delete(user_id)
