from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    owned_by_serve = ("accounts.session_watch.SessionWatch",)
