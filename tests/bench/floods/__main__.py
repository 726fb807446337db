"""`python -m tests.bench.floods DOOR TARGET SECONDS`: flood one door, and print what came of it.

Whoever measures runs it with the lowest priority: the flood's own processor time would be a stranger's, elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

from tests.bench.floods.doors import FLOODS
from tests.bench.floods.target import Sent, Target


async def flood(door: str, target: Target, *, seconds: float) -> Sent:
    sent = Sent()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await FLOODS[door](target, sent)
    return sent


if __name__ == "__main__":
    door, target, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(flood(door, Target.from_json(target), seconds=float(seconds))).counts))
