"""daphne tests.bench.peers.hello_django.asgi:application"""

from __future__ import annotations

from typing import Any

from channels.routing import ProtocolTypeRouter, URLRouter  # type: ignore[import-untyped]
from channels.security.websocket import AllowedHostsOriginValidator  # type: ignore[import-untyped]
from django.core.asgi import get_asgi_application
from django.urls import path

http = get_asgi_application()


def _sockets() -> Any:
    """Consumers are imported when Django has been set up."""
    from tests.bench.peers.hello_django.urls import Echo

    return URLRouter([path("ws", Echo.as_asgi())])


application = ProtocolTypeRouter({"http": http, "websocket": AllowedHostsOriginValidator(_sockets())})
