"""Which sockets chat answers."""

from __future__ import annotations

from django.urls import path, re_path

from chat.socket.sockets import ChatSocket
from serving.sockets.unknown_socket import refuse_unknown_path

websocket_urlpatterns = [path("ws/v1/chat", ChatSocket.as_asgi()), re_path("", refuse_unknown_path)]  # type: ignore[arg-type]
