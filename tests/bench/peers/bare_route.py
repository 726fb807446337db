"""The limit of the server: one Starlette route that answers JSON of the same size. No token, no Redis.

python -m tests.bench.peers.bare_route PORT
"""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ANSWER = {
    "ticket": "A" * 98,
    "number": 12345,
    "ahead": 12344,
    "state": "waiting",
    "eta": {"low_seconds": 100, "high_seconds": 200},
}


async def take_ticket(request: Request) -> JSONResponse:
    return JSONResponse(ANSWER, status_code=201)


app = Starlette(routes=[Route("/queue/v1/events/{event_id}/ticket", take_ticket, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
        backlog=4096,
        server_header=False,
        date_header=False,
        proxy_headers=False,
    )
