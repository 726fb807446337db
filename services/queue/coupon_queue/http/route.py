"""An address of queue's, and the methods that it takes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

# In the scope of a request: the one of these that its address belongs to.
ROUTE = "salon.route"
Endpoint = Callable[[Request], Awaitable[Response]]
_IN_THIS_ORDER = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


class AddressRoute(Route):
    """OPTIONS is answered as main answers it, with the methods that are taken. Any other method is 405 with them."""

    def __init__(self, path: str, endpoint: Endpoint, *, methods: set[str], is_stream: bool = False) -> None:
        super().__init__(path, endpoint, methods=sorted(methods))
        self.methods = methods
        self.is_stream = is_stream
        taken = [method for method in _IN_THIS_ORDER if method in methods]
        self._allow = {"allow": ", ".join([*taken, "OPTIONS"])}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope[ROUTE] = self
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers=self._allow)(scope, receive, send)
        elif scope["method"] not in (self.methods or ()):
            raise HTTPException(status_code=405, headers=self._allow)
        else:
            await super().handle(scope, receive, send)
