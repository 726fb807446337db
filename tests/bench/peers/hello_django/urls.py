"""The empty view, at every path, and a socket that sends back what it is sent."""

from __future__ import annotations

from channels.generic.websocket import AsyncJsonWebsocketConsumer  # type: ignore[import-untyped]
from django.urls import re_path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class Empty(APIView):
    def get(self, request: Request) -> Response:
        return Response({"id": "hello"})

    def post(self, request: Request) -> Response:
        return Response({"id": "hello"})


class Echo(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    async def receive_json(self, content: object, **_: object) -> None:
        await self.send_json(content)


urlpatterns = [re_path("", Empty.as_view())]
