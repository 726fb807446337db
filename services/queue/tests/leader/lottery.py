"""A lottery and those who register for it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from salon_contracts.events.coupons import CouponEventChangedV1, Draw
from salon_contracts.verify.draw import commitment_of, drawn_order, entry_of
from tests.harness.coupon_events import coupon_event
from tests.harness.customer import Customer
from tests.harness.main import Main


class Lottery:
    """What main knows of one lottery, and does for it."""

    def __init__(self, main: Main, **changes: Any) -> None:
        self._main = main
        event = coupon_event(line_order="lottery", opens_at=datetime.now(UTC) + timedelta(minutes=30), **changes)
        self.seed = secrets.token_hex(32)
        self.commitment = commitment_of(event_id=str(event.coupon_event_id), seed=self.seed)
        self.event = main.publish(event.model_copy(update={"draw": Draw(commitment=self.commitment)}))

    def change(self, **changes: Any) -> CouponEventChangedV1:
        revision = self.event.revision + 1
        self.event = self._main.publish(
            self.event.model_copy(update={"revision": revision, "occurred_at": datetime.now(UTC), **changes})
        )
        return self.event

    def open(self) -> None:
        self.change(opens_at=datetime.now(UTC) - timedelta(seconds=1))

    async def entries(self) -> tuple[str, list[str]]:
        return await asyncio.to_thread(self._main.first_list, self.event.coupon_event_id)

    def reveal(self, digest: str, entries: Sequence[str], *, seed: str | None = None) -> list[str]:
        """Returns the drawn order."""
        seed = seed or self.seed
        draw = Draw(commitment=self.commitment, entries_digest=digest, entries=len(entries), seed=seed)
        self.change(draw=draw)
        return drawn_order(seed=seed, entries_digest=digest, entries=entries)


async def registered(customers: Sequence[Customer]) -> dict[int, str]:
    """Each one's entry."""
    entries = {}
    for customer in customers:
        status, answer = await customer.join()
        assert (status, answer["number"], answer["ahead"], answer["state"]) == (201, 0, None, "registered")
        entries[customer.account_id] = entry_of(answer["ticket"])
    return entries
