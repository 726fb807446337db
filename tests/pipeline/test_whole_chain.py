"""A click is found again by the one id that its client was given, and nobody waits for those who look for it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from uuid import uuid4

import aiohttp
import pytest

from deploy.local.monitoring.logs import Wanted, logs
from deploy.local.monitoring.pipeline import programs
from tests.e2e.conftest import Cast
from tests.e2e.monitoring.clicks import OF_A_COUPON, OF_A_MESSAGE, send_a_message, win_a_coupon
from tests.harness.monitoring import asking
from tests.harness.people import Person
from tests.pipeline.conftest import Pipeline, soon

AT_ONCE_SECONDS = 2.0


async def test_a_chat_message_is_found_in_jaeger_from_nginx_to_mongodb(
    pipeline: Pipeline, http: aiohttp.ClientSession, base_url: str, cast: Cast
) -> None:
    trace_id = await send_a_message(http, base_url, groomer_id=cast.groomer_id, text="어디까지 가나요?")

    assert await asyncio.to_thread(soon, lambda: set(OF_A_MESSAGE) <= pipeline.spans(trace_id)), pipeline.spans(
        trace_id
    )


async def test_a_coupon_is_found_in_jaeger_from_the_ticket_to_yours(
    pipeline: Pipeline, operator: Person, customer: Person
) -> None:
    trace_id = await win_a_coupon(operator, customer)

    assert await asyncio.to_thread(soon, lambda: set(OF_A_COUPON) <= pipeline.spans(trace_id)), pipeline.spans(trace_id)


async def test_one_command_finds_every_line_of_a_trace(
    pipeline: Pipeline, http: aiohttp.ClientSession, capsys: pytest.CaptureFixture[str]
) -> None:
    trace_id, other = uuid4().hex, uuid4().hex
    path, odd = f"api/v1/salons/{uuid4().hex}", {"Cookie": "salon_access=x", "Origin": "http://elsewhere.example"}
    for one in (trace_id, other):
        async with http.get(path, headers={"X-Request-ID": one}) as answer:
            assert answer.status == 404
        with pytest.raises(aiohttp.WSServerHandshakeError):
            await http.ws_connect("ws/v1/chat", headers={**odd, "X-Request-ID": one})

    def services() -> set[str]:
        return {line["service.name"] for line in pipeline.lines(trace=trace_id)}

    assert await asyncio.to_thread(soon, lambda: {"nginx", "main"} <= services()), services()
    assert logs(pipeline.place.watched.name, Wanted(trace=trace_id)) == 0
    shown = capsys.readouterr().out
    assert "foreign_origin_refused" in shown
    assert f"/{path}" in shown
    assert other not in shown
    assert {line["trace_id"] for line in pipeline.lines(trace=trace_id)} == {trace_id}


def test_lines_are_found_by_service_level_and_age(pipeline: Pipeline) -> None:
    assert soon(lambda: pipeline.lines(service="queue", since="1h"))
    warnings = pipeline.lines(level="warning", since="1h")
    assert {line["level"] for line in warnings} <= {"warning", "error", "critical"}
    assert not pipeline.lines(service="nobody")


async def test_nothing_personal_is_found_however_one_looks(
    pipeline: Pipeline, http: aiohttp.ClientSession, base_url: str, cast: Cast
) -> None:
    secret, mark, email = f"말{uuid4().hex}", uuid4().hex, f"private-{uuid4().hex}@daengdaeng.test"
    # Of other letters than the address, which it must not be like.
    password = "".join(random.choices("가나다라마바사아자차카타파하", k=24))
    person = {"email": email, "password": password, "name": f"이름{uuid4().hex[:20]}"}
    async with http.post("api/v1/accounts", json=person) as answer:
        assert answer.status == 201, await answer.text()
    async with http.post("api/v1/sessions", json={**person, "client": "mobile"}) as answer:
        assert answer.status < 500
    trace_id = await send_a_message(http, base_url, groomer_id=cast.groomer_id, text=secret)
    async with http.get(f"api/v1/salons/{mark}", headers={"X-Request-ID": trace_id}) as answer:
        assert answer.status == 404

    # What came later has arrived, so what was before it would be there.
    assert await asyncio.to_thread(soon, lambda: pipeline.lines(words=mark))
    for private in (secret, secret[1:], email, email.partition("@")[0], password, person["name"]):
        assert not pipeline.lines(words=private)


@pytest.mark.timeout(120)
def test_what_takes_them_is_asked_how_it_does(pipeline: Pipeline) -> None:
    jobs = asking.JOBS | {program.name for program in programs.of(pipeline.place)}

    def wrong() -> dict[str, str]:
        return asking.not_asked_or_sick(pipeline.watched, jobs=jobs)

    assert soon(lambda: not wrong(), seconds=90), wrong()


@pytest.mark.parametrize("how", [signal.SIGSTOP, signal.SIGKILL])
async def test_a_collector_that_hangs_or_is_gone_costs_no_request_anything(
    pipeline: Pipeline, http: aiohttp.ClientSession, how: signal.Signals
) -> None:
    collector = pipeline.pid_of("collector")
    os.killpg(collector, how)
    try:
        for _ in range(200):
            began = time.monotonic()
            async with http.get("api/v1/salons") as answer:
                assert answer.status == 200
            assert time.monotonic() - began < AT_ONCE_SECONDS
    finally:
        if how is signal.SIGSTOP:
            os.killpg(collector, signal.SIGCONT)

    async def arrives() -> bool:
        trace_id = uuid4().hex
        async with http.get("api/v1/salons", headers={"X-Request-ID": trace_id}) as answer:
            assert answer.status == 200
        wanted = {("nginx", "nginx"), ("main", "GET api/v1/salons")}
        return await asyncio.to_thread(soon, lambda: wanted <= pipeline.spans(trace_id), seconds=8.0)

    for _ in range(6):
        if await arrives():
            return
    raise AssertionError("spans came no more after the collector was back")
