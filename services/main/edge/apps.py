from django.apps import AppConfig


class EdgeConfig(AppConfig):
    name = "edge"

    def ready(self) -> None:
        from edge import converters, openapi  # noqa: F401  # the second registers itself

        converters.register()
