from django.apps import AppConfig


class DueConfig(AppConfig):
    name = "due"
    verbose_name = "때가 되면 할 일"
