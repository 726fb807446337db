"""What watches a running system sees all of it, and people read of a fault and of its end within a minute."""

from __future__ import annotations

import asyncio
import os
import signal
from uuid import uuid4

import aiohttp
import pytest

from deploy.local.monitoring.status import status
from deploy.local.run import pids
from deploy.monitoring import names
from deploy.monitoring.boards.catalogue import BOARDS
from tests.e2e.conftest import Cast
from tests.e2e.monitoring.conftest import Watched, until
from tests.harness.chat_client import ChatClient
from tests.harness.coupon_events import act, announce_event
from tests.harness.people import Person, sign_up

WITHIN_SECONDS = 60.0
# Said where there are two zones, and of a page with a certificate.
NOT_HERE = {
    "mysql_perf_schema_replication_group_member_info",
    "haproxy_server_status",
    "probe_ssl_earliest_cert_expiry",
    "ALERTS",
}


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
    return event_id


def test_everything_that_runs_is_asked_and_answers(watched: Watched) -> None:
    jobs = {"salon", "mysql", "redis", "mongodb", "nginx", "page", "prometheus", "alertmanager", "relay", "kafka-watch"}

    def sick() -> dict[str, str]:
        found = watched.prometheus.targets()
        missing = jobs - {one["labels"]["job"] for one in found}
        wrong = {
            f"{one['labels']['job']} {one['scrapeUrl']}": one["lastError"] for one in found if one["health"] != "up"
        }
        return {**wrong, **dict.fromkeys(missing, "is not asked")}

    until(lambda: not sick(), seconds=60, what="every target to be up")

    processes = {one.labels["process"] for one in watched.prometheus.now('up{job="salon"} == 1')}
    assert processes == {process.name for process in watched.place.watched.topology.processes}


async def test_every_metric_of_every_rule_and_panel_is_there_on_a_system_at_work(
    watched: Watched, http: aiohttp.ClientSession, base_url: str, cast: Cast, operator: Person
) -> None:
    await _some_traffic(http, base_url, cast, operator)
    asked = {name for _, query in names.queries() for name in names.names_in(query)} - NOT_HERE

    def missing() -> list[str]:
        return sorted(name for name in asked if not watched.prometheus.now(f"count({name})"))

    await asyncio.to_thread(until, lambda: not missing(), seconds=90, what="all metrics")


def test_every_query_is_taken_and_every_panel_of_one_zone_shows_something(watched: Watched) -> None:
    for _, query in names.queries():
        watched.prometheus.now(query)

    def empty() -> list[str]:
        here = [panel for board in BOARDS for panel in board.panels if not panel.needs_two_zones]
        return [panel.title for panel in here if not watched.prometheus.now(panel.query)]

    until(lambda: not empty(), seconds=90, what=f"panels that show something: {empty()}")


def test_status_shows_the_boards_and_writes_the_page(watched: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    status(watched.place.watched.name, once=True)

    printed = capsys.readouterr().out
    assert all(board.title in printed for board in BOARDS)
    page = (watched.place.profile.state / "status.html").read_text(encoding="utf-8")
    assert page.count("<svg ") > 20
    assert all(f'id="{board.uid}"' in page for board in BOARDS)


@pytest.mark.timeout(300)
async def test_the_issuer_stands_still_in_a_drop_and_people_read_of_it_and_of_its_end(
    watched: Watched, operator: Person, customers: list[Person]
) -> None:
    event_id = await announce_event(operator, coupons=20)
    issuer = watched.pid_of("issue-coupons")
    os.killpg(issuer, signal.SIGSTOP)
    try:
        await act(operator, event_id, "open")
        for customer in customers[:20]:
            path = f"/queue/v1/events/{event_id}/ticket"
            await customer.api.expect_soon(201, method="POST", path=path, json_body={})

        def arrived() -> bool:
            return any(embed["title"] == "PAGE: ClaimsUnanswered" for embed in watched.embeds())

        took = await asyncio.to_thread(until, arrived, seconds=WITHIN_SECONDS, what="the alert in Discord")
    finally:
        os.killpg(issuer, signal.SIGCONT)

    [embed] = [embed for embed in watched.embeds() if embed["title"] == "PAGE: ClaimsUnanswered"]
    assert "쿠폰 발급 요청이" in embed["description"]
    assert "docs/runbooks/ClaimsUnanswered.md" in embed["description"]

    def is_over() -> bool:
        return any(embed["title"] == "RESOLVED: ClaimsUnanswered" for embed in watched.embeds())

    healed = await asyncio.to_thread(until, is_over, seconds=WITHIN_SECONDS + 30, what="the recovery in Discord")
    print(f"alert after {took:.0f} s, recovery after {healed:.0f} s")


async def test_killing_all_of_the_monitoring_changes_nothing_for_people(
    watched: Watched, http: aiohttp.ClientSession, base_url: str, cast: Cast, operator: Person
) -> None:
    profile = watched.place.profile
    names_of_it = [path.name for path in (profile.state / "pids").glob("*") if path.name != "supervisord"]
    own = [pid for name in names_of_it if (pid := pids.running(profile, name)) is not None]
    assert len(own) >= 8

    for pid in own:
        os.killpg(pid, signal.SIGKILL)
    await _some_traffic(http, base_url, cast, operator)

    async with http.get("api/v1/salons") as answer:
        assert answer.status == 200

    def is_back() -> bool:
        return all(pids.running(profile, name) is not None for name in names_of_it)

    await asyncio.to_thread(until, is_back, seconds=60, what="the monitoring to come back by itself")
