"""What was done for one click, in every process, is one trace, and its id is the one that the client was given."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest

from salon_kit.testing.otlp_receiver import OtlpReceiver, Received, otlp_receiver
from tests.e2e.conftest import Cast
from tests.e2e.monitoring.clicks import OF_A_COUPON, OF_A_MESSAGE, TICKET, send_a_message, win_a_coupon
from tests.harness.people import Person
from tests.harness.waiting import until

WITHIN_SECONDS = 15.0


@pytest.fixture(scope="module")
def receiver() -> Iterator[OtlpReceiver]:
    """Where the system was started to send its spans to, and where nobody has been until now."""
    port = urlsplit(os.environ["SALON_TRACES_ENDPOINT"]).port
    assert port is not None
    with otlp_receiver(port=port) as receiver:
        yield receiver


async def _trace(receiver: OtlpReceiver, trace_id: str, wanted: Sequence[tuple[str, str]]) -> list[Received]:
    """What came of a trace, once all that is wanted did."""
    found: list[Received] = []
    missing = set(wanted)
    for _ in range(int(WITHIN_SECONDS * 10)):
        found = receiver.spans(trace_id)
        missing = set(wanted) - {(span.service, span.name) for span in found}
        if not missing:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError(f"{missing} did not come; {[(span.service, span.name) for span in found]} did")


def _parents(spans: Sequence[Received]) -> set[tuple[str, str]]:
    """Each, and what it was done for; "" where that is not in the trace."""
    names = {span.span_id: span.name for span in spans}
    return {(span.name, names.get(span.parent, "")) for span in spans}


async def test_a_chat_message_is_one_trace_from_nginx_to_mongodb_and_back_to_the_socket(
    receiver: OtlpReceiver, http: aiohttp.ClientSession, base_url: str, cast: Cast
) -> None:
    secret = f"말{uuid4().hex}"

    trace_id = await send_a_message(http, base_url, groomer_id=cast.groomer_id, text=secret)

    assert _parents(await _trace(receiver, trace_id, OF_A_MESSAGE)) >= {
        ("nginx", ""),
        ("WebSocket /ws/v1/chat", "nginx"),
        ("frame send", "nginx"),
        ("lua begin_send", "frame send"),
        ("send chat-messages", "frame send"),
        ("acknowledge", "frame send"),
        ("deliver to sockets", "send chat-messages"),
        ("process chat-messages", "send chat-messages"),
        ("insert messages", "process chat-messages"),
    }
    assert secret not in repr(receiver.spans())


async def test_a_coupon_is_one_trace_from_the_ticket_to_yours(
    receiver: OtlpReceiver, operator: Person, customer: Person
) -> None:
    trace_id = await win_a_coupon(operator, customer)

    assert _parents(await _trace(receiver, trace_id, OF_A_COUPON)) >= {
        (TICKET, "nginx"),
        ("join", TICKET),
        ("lua places/join", "join"),
        ("process coupon-claims", "send coupon-claims"),
        ("INSERT coupons_coupon", "process coupon-claims"),
        ("COMMIT", "process coupon-claims"),
        ("process coupons", "send coupons"),
        ("lua answers/settle", "process coupons"),
    }


async def test_a_traceparent_of_the_callers_is_the_trace_and_several_requests_are_in_it(
    receiver: OtlpReceiver, http: aiohttp.ClientSession
) -> None:
    trace_id = uuid4().hex
    headers = {"traceparent": f"00-{trace_id}-b7ad6b7169203331-01"}
    for number in range(2):
        # Each another search: what was asked for twice nginx answers by itself for two seconds, and no main has a span.
        params = {"q": f"{trace_id[:8]}{number}"}
        async with http.get("api/v1/salons", params=params, headers=headers) as answer:
            assert answer.headers["X-Request-ID"] == trace_id

    def from_nginx() -> set[str]:
        return {span.span_id for span in receiver.spans(trace_id) if span.name == "nginx"}

    await _trace(receiver, trace_id, [("nginx", "nginx"), ("main", "GET api/v1/salons")])
    assert await until(lambda: len(from_nginx()) >= 2, seconds=WITHIN_SECONDS)  # another main may have answered
    spans = receiver.spans(trace_id)
    assert len(from_nginx()) == 2
    assert not any(span.is_fault for span in spans)
