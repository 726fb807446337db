"""The operator's stream: one line in numbers, once a second. Few listen, so each has a generator of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import anyio
import orjson
from redis.exceptions import RedisError
from sse_starlette import ServerSentEvent

from coupon_queue.eta import eta_of
from coupon_queue.outages import is_outage
from coupon_queue.scripts import Overview
from salon_contracts.events.coupons import CouponEventChangedV1
from salon_contracts.http.problem import DependencyDown, Problem

_EVERY_SECONDS = 1.0
# After so long an operator has to come back with a token that is good then.
_STREAM_SECONDS = 600.0
_RECONNECT_AFTER_MS = 500

Look = Callable[[], Awaitable[tuple[Overview, CouponEventChangedV1 | None]]]


@dataclass(eq=False)
class OperatorStream:
    """One that is open. `expires_at`, in seconds since 1970, is when the token ends that opened it."""

    account_id: int
    session_id: str | None
    expires_at: float
    ended: anyio.Event = field(default_factory=anyio.Event)
    reason: str = "token-expired"

    def end(self, reason: str) -> None:
        self.reason = reason
        self.ended.set()


class OperatorStreams:
    """Those of this instance."""

    def __init__(self) -> None:
        self._open: set[OperatorStream] = set()

    def of_account(self, account_id: int) -> int:
        return sum(stream.account_id == account_id for stream in self._open)

    def add(self, stream: OperatorStream) -> None:
        self._open.add(stream)

    def discard(self, stream: OperatorStream) -> None:
        self._open.discard(stream)

    def end_session(self, *, account_id: int, session_id: str | None) -> None:
        """Without a session: all of the account."""
        for stream in self._open:
            if stream.account_id == account_id and session_id in {None, stream.session_id}:
                stream.end("session-ended")

    def end_all(self) -> None:
        for stream in self._open:
            stream.end("instance-leaving")


async def numbers_every_second(look: Look, *, stream: OperatorStream, language: str) -> AsyncIterator[ServerSentEvent]:
    """Until the operator goes, the token ends, or this instance does."""
    ends_at = time.monotonic() + min(_STREAM_SECONDS, stream.expires_at - time.time())
    due_at = time.monotonic()
    was: Overview | None = None
    while not stream.ended.is_set() and time.monotonic() < ends_at:
        try:
            now, event = await look()
        except (RedisError, Problem) as error:
            yield _event("problem", _problem_in(error).body(language=language))
            return
        yield _event("numbers", numbers(now, was=was, event=event))
        was = now
        due_at = max(due_at + _EVERY_SECONDS, time.monotonic())
        with anyio.move_on_after(min(due_at, ends_at) - time.monotonic()):
            await stream.ended.wait()
    yield _event("farewell", {"reconnect_after_ms": _RECONNECT_AFTER_MS, "reason": stream.reason})


def numbers(now: Overview, *, was: Overview | None, event: CouponEventChangedV1 | None) -> dict[str, Any]:
    """The `numbers` document of docs/api.md. `was` is the look before this one."""
    seconds = (now.now_ms - was.now_ms) / 1000 if was else 0.0
    refusals: Counter[str] = sum((Counter(report.refusals) for report in now.reports), Counter())
    windows = [report.window for report in now.reports if report.window is not None]
    message = event.message.model_dump() if event and event.message else None
    return {
        "at": datetime.fromtimestamp(now.now_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "state": now.state,
        "serving": now.serving,
        "admitted": now.admitted,
        "waiting": now.waiting,
        "issued": now.issued,
        "stock_left": now.stock_left,
        "in_flight": now.in_flight,
        "oldest_unanswered_ms": now.oldest_claim_ms,
        "issued_per_second": round((now.issued - was.issued) / seconds, 1) if was and seconds > 0 else None,
        "joins_per_second": round(sum(report.joins_per_second for report in now.reports), 1),
        "streams": sum(report.streams for report in now.reports),
        "instances": len(now.reports),
        # Two for a moment, while the lead goes over: the smaller one is what holds at least.
        "window": min(windows) if windows else None,
        "eta": eta_of(ahead=now.waiting, per_place=now.eta_per_place),
        "eta_coverage": {"checked": now.eta_checked, "inside": now.eta_inside},
        "refusals": dict(refusals.most_common()),
        "pace_ceiling_per_second": event.pace_ceiling_per_second if event else None,
        "message": message,
    }


def _event(name: str, document: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(orjson.dumps(document).decode(), event=name, sep="\n")


def _problem_in(error: RedisError | Problem) -> Problem:
    if isinstance(error, Problem):
        return error
    if not is_outage(error):
        raise error
    return DependencyDown(dependency="redis", retry_after_seconds=2)
