"""How much of an instance one connection, or many, may take."""

from __future__ import annotations

import asyncio

import aiohttp

from tests.conftest import NewCustomer, StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.harness.raw_http import HOST, answers_in, asking, exchange


async def test_requests_that_come_at_once_on_one_connection_are_answered_in_order(
    start_queue: StartQueue, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    path = f"/queue/v1/events/{event.coupon_event_id}"

    def request(line: str, token: str, more: str = "") -> bytes:
        return f"{line} HTTP/1.1\r\n{HOST}Authorization: Bearer {token}\r\n{more}\r\n".encode()

    joins = [request(f"POST {path}/ticket", keys.token(n), "Content-Length: 0\r\n") for n in (1, 2, 3)]
    answers = answers_in(await exchange(queue.port, b"".join(joins)))
    stream = request(f"GET {path}/line", keys.token(1)) + joins[0]
    opened = await exchange(queue.port, joins[0] + stream)

    assert [answer.document["number"] for answer in answers] == [1, 2, 3]
    assert opened.count(b"HTTP/1.1 200 OK") == 2, (
        "the stream takes the connection: what was sent behind it is not heard"
    )
    assert b"event: place" in opened


async def test_who_sends_more_than_the_endpoint_takes_is_not_listened_to_any_longer(
    start_queue: StartQueue, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    reader, writer = await asyncio.open_connection("127.0.0.1", queue.port)
    head = (
        f"POST /queue/v1/events/{event.coupon_event_id}/ticket HTTP/1.1\r\n{HOST}"
        f"Authorization: Bearer {keys.token(1)}\r\nContent-Type: application/json\r\nContent-Length: 1000000000\r\n\r\n"
    )
    writer.write(head.encode() + b" " * 10_000)

    async with asyncio.timeout(3):
        received = await reader.read()

    [answer] = answers_in(received)
    assert (answer.status, answer.document["code"]) == (413, "too-large")
    writer.close()


async def test_more_connections_than_there_is_room_for_are_refused_and_the_others_are_served(
    start_queue: StartQueue,
) -> None:
    queue = start_queue(QUEUE_CONNECTIONS_MAX="20")
    held = [await asyncio.open_connection("127.0.0.1", queue.port) for _ in range(20)]
    await asyncio.sleep(0.2)

    refused = answers_in(await exchange(queue.port, asking("GET /healthz HTTP/1.1")))
    for _, writer in held:
        writer.close()
    await asyncio.sleep(0.2)
    served = answers_in(await exchange(queue.port, asking("GET /healthz HTTP/1.1")))

    assert [(answer.status, answer.document["code"]) for answer in refused] == [(503, "too-many-connections")]
    assert "retry-after" in refused[0].headers
    assert served[0].status == 200


async def test_an_instance_holds_no_more_streams_than_it_may(
    start_queue: StartQueue, new_customer: NewCustomer, main: Main, http: aiohttp.ClientSession
) -> None:
    queue = start_queue(QUEUE_STREAMS_MAX="3")
    event = main.publish(coupon_event(paused=True))
    await until_known(event, queue)
    customers = [new_customer(event, queue) for _ in range(4)]
    for customer in customers:
        await customer.join()

    streams = [await http.get(customer.path("line"), headers=customer.headers) for customer in customers]
    refusal = await streams[-1].json(content_type=None)

    assert [stream.status for stream in streams] == [200, 200, 200, 503]
    assert refusal["code"] == "too-many-connections"
    for stream in streams:
        stream.close()
