"""Clicks whose way through the system is known: what spans they leave behind, and in whose name."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import aiohttp

from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import act, opened_and_held
from tests.harness.line_client import LineClient, LineWatcher
from tests.harness.people import Person, sign_up

# Who did it, and what; in the order in which the work begins.
OF_A_MESSAGE = (
    ("nginx", "nginx"),
    ("main", "WebSocket /ws/v1/chat"),
    ("main", "frame send"),
    ("main", "lua begin_send"),
    ("main", "send chat-messages"),
    ("main", "acknowledge"),
    ("main", "deliver to sockets"),
    ("chat-worker", "process chat-messages"),
    ("chat-worker", "insert messages"),
)
TICKET = "POST /queue/v1/events/{event_id}/ticket"
OF_A_COUPON = (
    ("nginx", "nginx"),
    ("queue", TICKET),
    ("queue", "join"),
    ("queue", "lua places/join"),
    ("queue", "send coupon-claims"),
    ("main", "process coupon-claims"),
    ("main", "INSERT coupons_coupon"),
    ("main", "COMMIT"),
    ("main", "send coupons"),
    ("queue", "process coupons"),
    ("queue", "lua answers/settle"),
    ("queue", "stream issued"),
)


async def send_a_message(http: aiohttp.ClientSession, base_url: str, *, groomer_id: int, text: str) -> str:
    """From a socket that listens to its own room. Gives the trace that the socket was opened under."""
    person, trace_id = await sign_up(http), uuid4().hex
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": groomer_id})
    device = ChatClient(base_url, token=person.token, trace_id=trace_id)
    await device.connect()
    await device.subscribe(room["id"], after=None)
    await device.send(room["id"], client_message_id=str(uuid4()), text=text)
    await device.close()
    return trace_id


async def win_a_coupon(operator: Person, customer: Person) -> str:
    """With a stream that is open when the word comes. Gives the trace of the ticket."""
    event_id, trace_id = await opened_and_held(operator, quantity=1), uuid4().hex
    path = f"/queue/v1/events/{event_id}/ticket"
    answer = await customer.api.call("POST", path, json_body={}, headers={"X-Request-ID": trace_id})
    assert answer.status == 201
    device = LineClient(customer.api, event_id=event_id, watcher=LineWatcher())
    following = asyncio.create_task(device.follow())
    await device.connected.wait()

    await act(operator, event_id, "resume")

    assert (await following).state == "issued"
    return trace_id
