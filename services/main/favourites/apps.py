from django.apps import AppConfig


class FavouritesConfig(AppConfig):
    name = "favourites"
    forgets_accounts = ("favourites.leaving.forget_favourites",)
