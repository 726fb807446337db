from django.apps import AppConfig


class DogsConfig(AppConfig):
    name = "dogs"
    forgets_accounts = ("dogs.leaving.forget_dogs",)
