from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    forgets_accounts = ("chat.leaving.forget_name_in_notifications",)
    owned_by_serve = ("chat.socket.process.make_chat",)
