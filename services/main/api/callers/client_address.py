"""Where a caller comes from, for limits. nginx says it in `X-Real-IP`, and nobody else can (deploy/nginx)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from rest_framework.request import Request

from salon_kit.networks import UNKNOWN, network_of


def client_network(request: HttpRequest | Request) -> str:
    """The key that limits of an HTTP request count by. Daphne puts X-Real-IP into REMOTE_ADDR."""
    return network_of(str(request.META.get("REMOTE_ADDR", "")))


def client_network_of_socket(scope: Mapping[str, Any]) -> str:
    """The same for a WebSocket: `client` is (address, port), or None."""
    client = scope.get("client")
    return network_of(str(client[0])) if client else UNKNOWN
