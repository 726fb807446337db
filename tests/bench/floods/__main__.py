"""`python -m tests.bench.floods KIND TARGET SECONDS`: one kind of flood, and print what came of it.

It says when it is ready, begins with the first line that it reads, and prints what came of it as its last line.
Whoever measures gives it only the processor time that nobody else wants: a stranger has a machine of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys

from tests.bench.floods.kinds import FLOODS
from tests.bench.floods.target import Sent, Target

READY = "ready"


async def flood(kind: str, target: Target, *, seconds: float) -> Sent:
    sent = Sent()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await FLOODS[kind](target, sent)
    return sent


if __name__ == "__main__":
    kind, target, seconds = sys.argv[1:]
    print(READY, flush=True)
    sys.stdin.readline()
    print(json.dumps(asyncio.run(flood(kind, Target.from_json(target), seconds=float(seconds))).counts))
