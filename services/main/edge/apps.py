from django.apps import AppConfig


class EdgeConfig(AppConfig):
    name = "edge"

    def ready(self) -> None:
        from edge import converters

        converters.register()
