"""Queue with one job that stops for a reason nobody thought of: `python -m tests.dying_queue`."""

from __future__ import annotations

import asyncio

from coupon_queue.__main__ import main
from coupon_queue.instance.presence import Presence

LIVES_SECONDS = 0.5


async def _dies(self: Presence) -> None:
    await asyncio.sleep(LIVES_SECONDS)
    raise LookupError("nobody thought of this")


if __name__ == "__main__":
    Presence.beat = _dies  # type: ignore[method-assign]
    main()
