"""Every refusal of the line has one shape, and speaks the caller's language."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import aiohttp

from salon_contracts.events.coupons import (
    EventState,
)
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.processes import QueueProcess
from tests.http.asking import ask, with_bearer


class _Lines(NamedTuple):
    """Where each of four is: it takes people, opens later, is over, is full."""

    open: str
    later: str
    over: str
    full: str


Refusal = tuple[int, str, str, str, dict[str, Any]]


def _of_whom_it_does_not_know(keys: Keys, *, queue: QueueProcess, line: str) -> list[Refusal]:
    me, cookie = with_bearer(keys.token(1)), {"Cookie": f"salon_access={keys.token(1)}"}
    ticket = f"{line}/ticket"
    return [
        (404, "not-found", "GET", f"{queue.url}/queue/v1/nothing", {}),
        (405, "method-not-allowed", "PUT", ticket, {}),
        (405, "method-not-allowed", "POST", f"{line}/line", {}),
        (401, "not-signed-in", "POST", ticket, {}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer("x.y.z")}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, exp=1))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, aud="else"))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, iss="else"))}),
        (401, "invalid-token", "POST", ticket, {"headers": with_bearer(keys.token(1, type="refresh"))}),
        (401, "invalid-token", "POST", ticket, {"headers": {**cookie, "Authorization": "Basic x"}}),
        (409, "signed-in-as-another", "POST", ticket, {"headers": {**me, "Salon-Account": "2"}}),
        (409, "signed-in-as-another", "POST", f"{ticket}?account=2", {"headers": me}),
        (409, "signed-in-as-another", "GET", ticket.replace("ticket", "line?account=2"), {"headers": cookie}),
        (409, "signed-in-as-another", "DELETE", ticket, {"headers": {**me, "Salon-Account": ""}}),
        (403, "foreign-origin", "POST", ticket, {"headers": {**cookie, "Origin": "http://evil.test"}}),
        (403, "foreign-origin", "DELETE", ticket, {"headers": cookie}),
        (403, "forbidden", "POST", ticket, {"headers": with_bearer(keys.token(8, role="groomer"))}),
        (403, "forbidden", "POST", ticket, {"headers": with_bearer(keys.token(9, role="operator"))}),
    ]


def _of_what_it_cannot_do(keys: Keys, *, events: str, lines: _Lines, others: str) -> list[Refusal]:
    me = with_bearer(keys.token(1))
    ticket = f"{lines.open}/ticket"
    return [
        (404, "unknown-event", "POST", f"{events}/{uuid4()}/ticket", {"headers": with_bearer(keys.token(11))}),
        (404, "unknown-event", "POST", f"{events}/spring/ticket", {"headers": with_bearer(keys.token(12))}),
        (404, "unknown-event", "GET", f"{events}/{uuid4()}", {}),
        (409, "not-yet-open", "POST", f"{lines.later}/ticket", {"headers": me}),
        (410, "closed", "POST", f"{lines.over}/ticket", {"headers": me}),
        (503, "line-full", "POST", f"{lines.full}/ticket", {"headers": me}),
        (404, "not-in-line", "GET", f"{lines.open}/line", {"headers": me}),
        (404, "not-in-line", "GET", f"{lines.open}/place", {"headers": me}),
        (400, "malformed-request", "POST", ticket, {"data": b"{", "headers": _json(keys.token(3))}),
        (422, "invalid-input", "POST", ticket, {"json": {"number": 1}, "headers": with_bearer(keys.token(4))}),
        (422, "invalid-input", "POST", ticket, {"json": {"ticket": 7}, "headers": with_bearer(keys.token(4))}),
        (400, "malformed-request", "POST", ticket, {"json": [], "headers": with_bearer(keys.token(4))}),
        (422, "invalid-ticket", "POST", ticket, {"json": {"ticket": "AAAA"}, "headers": with_bearer(keys.token(5))}),
        (
            *(422, "invalid-ticket", "POST", ticket),
            {"json": {"ticket": others}, "headers": with_bearer(keys.token(5))},
        ),
        (415, "unsupported-media-type", "POST", ticket, {"data": b"a=b", "headers": with_bearer(keys.token(6))}),
        (413, "too-large", "POST", ticket, {"data": b"{" + b" " * 9000, "headers": _json(keys.token(7))}),
        (429, "rate-limited", "POST", f"{lines.full}/ticket", {"headers": me}),
    ]


async def test_every_refusal_has_the_same_shape(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue(QUEUE_JOINS_PER_ACCOUNT="4", QUEUE_JOINS_PER_ACCOUNT_SECONDS="600")
    now = datetime.now(UTC)
    event = main.publish(coupon_event())
    later = main.publish(coupon_event(opens_at=now + timedelta(hours=1), closes_at=now + timedelta(hours=2)))
    over = main.publish(coupon_event(state=EventState.CLOSED))
    full = main.publish(coupon_event(max_waiting=1, paused=True))
    await until_known(full, queue)

    events = f"{queue.url}/queue/v1/events"
    lines = _Lines(*(f"{events}/{one.coupon_event_id}" for one in (event, later, over, full)))
    me, other = with_bearer(keys.token(1)), with_bearer(keys.token(2))
    await ask(http, "POST", f"{lines.full}/ticket", headers=other)
    _, _, others = await ask(http, "POST", f"{lines.full}/ticket", headers=other)
    cases = [
        *_of_whom_it_does_not_know(keys, queue=queue, line=lines.open),
        *_of_what_it_cannot_do(keys, events=events, lines=lines, others=others["ticket"]),
    ]
    # The fourth join of account 1 is the last one that it may make for now.
    await ask(http, "POST", f"{lines.over}/ticket", headers=me)

    for status, code, method, url, options in sorted(cases, key=lambda case: case[1] == "rate-limited"):
        got, headers, problem = await ask(http, method, url, **options)

        what = f"{method} {url} expected {code}: {problem}"
        assert (got, problem["code"], problem["status"]) == (status, code, status), what
        assert headers["Content-Type"] == "application/problem+json", what
        assert problem["type"].endswith(f"/{code}"), what
        assert problem["title"], what
        assert ("Retry-After" in headers) == (status in {429, 503}), what
        assert ("Allow" in headers) == (status == 405), what
    assert (await ask(http, "GET", f"{events}/{event.coupon_event_id}"))[2]["waiting"] == 0, "nothing half-done"


def _json(token: str) -> dict[str, str]:
    return {**with_bearer(token), "Content-Type": "application/json"}


async def test_a_refusal_speaks_the_callers_language(start_queue: StartQueue, http: aiohttp.ClientSession) -> None:
    queue = start_queue()

    answers = [
        await ask(http, "GET", f"{queue.url}/nothing", headers={"Accept-Language": language})
        for language in ("en-GB,ko;q=0.5", "ko-KR", "fr")
    ]

    titles = [problem["title"] for _, _, problem in answers]
    assert titles == ["There is no such thing", "찾을 수 없어요", "찾을 수 없어요"]
