"""What watches a running system sees all of it, and people read of a fault and of its end within a minute."""

from __future__ import annotations

import asyncio
import re
import time
from datetime import datetime, timedelta
from uuid import uuid4

import aiohttp
import pytest

from deploy.local.monitoring.status import status
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.people.day import ZONE, day_of, message_of
from tests.e2e.conftest import Cast
from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import act, announce_event
from tests.harness.monitoring import asking
from tests.harness.monitoring.all_along import asking_all_along
from tests.harness.monitoring.announced import announced
from tests.harness.monitoring.troubles import issuer_stands_still, stopped
from tests.harness.monitoring.watched import Watched, until
from tests.harness.people import Person, sign_up

ASK_AT_ONCE, ASK_SECONDS = 8, 4.0


async def _some_traffic(http: aiohttp.ClientSession, base_url: str, cast: Cast, operator: Person) -> str:
    """A bit of everything that is counted: a page, a refusal, a join, a message that is resumed. Gives the event."""
    person = await sign_up(http)
    await person.api.call("GET", "/api/v1/salons")
    event_id = await announce_event(operator, coupons=2)
    await person.api.call("POST", f"/queue/v1/events/{event_id}/ticket", json_body={})
    await act(operator, event_id, "open")
    await person.api.expect_soon(201, method="POST", path=f"/queue/v1/events/{event_id}/ticket", json_body={})
    room = await person.api.expect(201, method="POST", path="/api/v1/rooms", json_body={"groomer_id": cast.groomer_id})
    device = ChatClient(base_url, token=person.token, trace_id=uuid4().hex)
    await device.connect()
    await device.send(room["id"], client_message_id=str(uuid4()), text="안녕하세요")
    await device.close()
    for method, path in (
        ("GET", f"/api/v1/groomers/{cast.groomer_id}/slots"),
        ("POST", "/api/v1/bookings"),
    ):  # an answer is an answer, a refusal too
        await person.api.call(method, path, json_body={} if method == "POST" else None)
    report = {"page": "/", "vitals": {"lcp": 0.9, "inp": 0.04}, "failures": [{"page": "/", "kind": "script"}]}
    await person.api.expect(204, method="POST", path="/api/v1/page-reports", json_body=report)
    return event_id


def test_everything_that_runs_is_asked_and_answers(watched: Watched) -> None:
    until(lambda: not asking.not_asked_or_sick(watched), seconds=60, what="every target to be up")

    running = {process.name for process in watched.place.watched.topology.processes}
    assert asking.processes_that_answer(watched) == running


async def test_every_metric_of_every_rule_and_panel_is_there_on_a_system_at_work(
    watched: Watched, http: aiohttp.ClientSession, base_url: str, cast: Cast, operator: Person
) -> None:
    await _some_traffic(http, base_url, cast, operator)

    def missing() -> list[str]:
        return asking.missing_metrics(watched, but=asking.SELDOM | asking.OF_TWO_ZONES | asking.OF_THE_PIPELINE)

    await asyncio.to_thread(until, lambda: not missing(), seconds=90, what=f"all metrics: {missing()}")


def test_every_query_is_taken_and_every_panel_of_one_zone_shows_something(watched: Watched) -> None:
    assert asking.refused_queries(watched) == []

    def empty() -> list[str]:
        return asking.empty_panels(watched, two_zones=False)

    until(lambda: not empty(), seconds=90, what=f"panels that show something: {empty()}")


def test_the_day_is_summed_up_from_what_was_measured(watched: Watched) -> None:
    """Of today so far: of yesterday nothing was measured here."""
    today = datetime.now(ZONE).date()

    day = day_of(watched.prometheus, today)

    assert day is not None
    assert day.availability.keys() >= {"main", "queue"}
    assert all(0 < share <= 1 for share in day.availability.values())
    assert all(0 < seconds < 60 for seconds in day.p95.values())
    assert message_of(day).text.count("\n") == 1
    assert day_of(watched.prometheus, today - timedelta(days=7)) is None


def test_status_shows_the_boards_and_writes_the_page(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    status(watched.place.watched.name, once=True)

    printed = capsys.readouterr().out
    assert all(board.title in printed for board in BOARDS)
    page = (watched.place.profile.state / "status.html").read_text(encoding="utf-8")
    assert page.count("<svg ") > 20
    assert all(f'id="{board.uid}"' in page for board in BOARDS)
    release = re.search(r"release worktree: \d+ processes, since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", printed)
    assert release is not None
    assert release[0] in page


@pytest.mark.timeout(300)
async def test_the_issuer_stands_still_in_a_drop_and_people_read_of_it_and_of_its_end(
    watched: Watched, operator: Person, customers: list[Person]
) -> None:
    event_id = await announce_event(operator, coupons=20)
    issuer = watched.pid_of("issue-coupons")
    with stopped(issuer):
        await act(operator, event_id, "open")
        for customer in customers[:20]:
            path = f"/queue/v1/events/{event_id}/ticket"
            await customer.api.expect_soon(201, method="POST", path=path, json_body={})

        found = await asyncio.to_thread(announced, watched, issuer_stands_still(lambda: stopped(issuer)))

    assert list(found.complaints()) == []
    print(found.line())


async def test_killing_all_of_the_monitoring_under_load_changes_nothing_for_people(
    watched: Watched, http: aiohttp.ClientSession, base_url: str, cast: Cast, customers: list[Person], operator: Person
) -> None:
    async with asking_all_along(customers[:ASK_AT_ONCE]) as asked:
        await asyncio.sleep(ASK_SECONDS)
        killed, killed_at = watched.kill_all(), time.monotonic()
        await _some_traffic(http, base_url, cast, operator)
        await asyncio.sleep(ASK_SECONDS)

    assert len(killed) >= 8
    assert asked.failed() == []
    before, after = asked.medians(killed_at)
    # Twelve programs start again meanwhile, on the same processors: that is all that anybody may notice.
    assert after < before + 1, f"{before:.3f} s before, {after:.3f} s after"
    await asyncio.to_thread(until, lambda: all(map(watched.runs, killed)), seconds=60, what="all of it to come back")
