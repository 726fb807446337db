"""Which sockets chat answers."""

from __future__ import annotations

from django.urls import path

from chat.sockets import ChatSocket

websocket_urlpatterns = [path("ws/v1/chat", ChatSocket.as_asgi())]
