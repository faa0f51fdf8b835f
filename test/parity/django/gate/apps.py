from django.apps import AppConfig


class GateConfig(AppConfig):
    name = "gate"

    def ready(self):
        from . import chance

        chance.install()
