from django.apps import AppConfig


class ChatConfig(AppConfig):
    name = "chat"
    owned_by_serve = ("chat.socket.process.make_chat",)
