from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    owned_by_serve = ("accounts.sessions.session_watch.SessionWatch", "accounts.sessions.key_watch.KeyWatch")
