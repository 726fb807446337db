"""The kinds of flood, each of which asks one endpoint for too much."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial

from tests.bench.floods import requests, slowly, sockets
from tests.bench.floods.target import Sent, Target

Flood = Callable[[Target, Sent], Coroutine[None, None, None]]

_FRAMES = (sockets.pings, sockets.large_frames, sockets.recoveries)
_REQUESTS = (
    requests.joins,
    requests.foreign_lines,
    requests.looks,
    requests.openapi,
    requests.made_up_tokens,
    requests.forms,
    requests.part_headers,
    requests.tiny_parts,
    requests.deep_json,
    requests.headers,
    requests.admin_sign_ins,
)

FLOODS: dict[str, Flood] = {
    **{kind.__name__: partial(sockets.send_frames_without_end, frame_of=kind) for kind in _FRAMES},
    "streams": sockets.open_streams_without_end,
    **{kind.__name__: partial(requests.send_without_end, request_of=kind) for kind in _REQUESTS},
    "slow_bodies": partial(slowly.hold_without_end, beginnings=(slowly.BODY, slowly.JOIN)),
    "slow_heads": partial(slowly.hold_without_end, beginnings=(slowly.HEAD,)),
}
