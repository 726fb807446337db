"""Main on three members of MySQL: where it reads, what it does without a primary, and that nobody starts it again."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest

from salon_contracts.http.problem import MEDIA_TYPE
from salon_kit.testing.ports import claim_port
from tests.faults.servers.main_on_group import MainOnGroup
from tests.faults.servers.mysql_group import MySQLGroup

# Making the group and its tables takes most of it, and a busy machine takes several times as long.
pytestmark = pytest.mark.timeout(600)
MAX_LAG_SECONDS = 2
LITTLE_LONGER_SECONDS = MAX_LAG_SECONDS + 2
# What a person waits at most while there is no primary; two cores that are shared may be slow besides.
WITHIN_SECONDS = 2.0 + 0.5
FAILOVER_SECONDS = 30


@pytest.fixture(scope="module")
def world(mysql_group: MySQLGroup) -> Iterator[MainOnGroup]:
    world = MainOnGroup(mysql_group.url, mysql_group.folder, dict(os.environ))
    world.make()
    yield world
    world.stop()


@pytest.fixture(scope="module")
def main(world: MainOnGroup) -> Iterator[httpx.Client]:
    port = claim_port()
    with world.serve("main-on-group", port=port, MAIN_READS_MAX_LAG_SECONDS=str(MAX_LAG_SECONDS)) as client:
        yield client


@pytest.fixture(scope="module")
def people(world: MainOnGroup) -> list[dict[str, str]]:
    return [{"Authorization": f"Bearer {person['access_token']}"} for person in world.inside.tokens(3)]


@pytest.fixture
def groomer(main: httpx.Client) -> tuple[int, int]:
    """A groomer and a treatment."""
    salon = main.get("/api/v1/salons").json()["items"][0]["id"]
    offers = main.get(f"/api/v1/salons/{salon}").json()
    return offers["groomers"][0]["id"], offers["treatments"][0]["id"]


def free(main: httpx.Client, groomer: tuple[int, int], **headers: str) -> list[str]:
    asked: dict[str, str | int] = {"treatment": groomer[1], "dog_size": "small"}
    answer = main.get(f"/api/v1/groomers/{groomer[0]}/slots", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return [slot["starts_at"] for slot in answer.json()["items"]]


def book(main: httpx.Client, groomer: tuple[int, int], starts_at: str, **headers: str) -> httpx.Response:
    wish: dict[str, Any] = {"groomer_id": groomer[0], "treatment_id": groomer[1], "dog_size": "small"}
    return main.post("/api/v1/bookings", json={**wish, "starts_at": starts_at}, headers=headers)


@pytest.fixture
def standing_still(mysql_group: MySQLGroup) -> Iterator[None]:
    """Both secondaries go on receiving, and apply nothing."""
    with ExitStack() as stack:
        for name in mysql_group.secondaries():
            connection = mysql_group.connect(name, user="root")
            stack.callback(connection.close)
            connection.query("FLUSH TABLES WITH READ LOCK")
        yield
    # What was written meanwhile is there for the next test, wherever it reads.
    mysql_group.catch_up()


@pytest.mark.usefixtures("standing_still")
def test_who_booked_sees_it_at_once_while_the_copies_are_behind(
    main: httpx.Client, groomer: tuple[int, int], people: list[dict[str, str]]
) -> None:
    author, somebody, _ = people
    starts_at = free(main, groomer)[0]
    assert book(main, groomer, starts_at, **author).status_code == 201

    seen_by_author = free(main, groomer, **author)
    # The twin: who wrote nothing reads the copy, as the author would without the mark of the write.
    seen_by_others = [free(main, groomer, **headers) for headers in (somebody, {})]

    assert starts_at not in seen_by_author
    assert all(starts_at in seen for seen in seen_by_others)


@pytest.mark.usefixtures("standing_still")
def test_copies_that_are_too_far_behind_are_not_read_from(
    main: httpx.Client, groomer: tuple[int, int], people: list[dict[str, str]]
) -> None:
    starts_at = free(main, groomer)[0]
    assert book(main, groomer, starts_at, **people[0]).status_code == 201

    assert starts_at in free(main, groomer)
    time.sleep(LITTLE_LONGER_SECONDS)
    assert starts_at not in free(main, groomer)


def test_without_a_primary_people_look_around_and_writers_are_told_at_once_until_there_is_another(
    mysql_group: MySQLGroup,
    world: MainOnGroup,
    main: httpx.Client,
    groomer: tuple[int, int],
    people: list[dict[str, str]],
) -> None:
    group, process = mysql_group, world.processes["main-on-group"]
    relay = world.work("relay_outbox", port=claim_port())
    first, (*others,) = group.primary(), group.secondaries()
    starts_at = free(main, groomer)[-1]
    group.freeze(first)

    answers = [timed(lambda: book(main, groomer, starts_at, **people[1])) for _ in range(3)]
    own = timed(lambda: main.get("/api/v1/bookings", headers=people[1]))
    admin = timed(lambda: main.get("/admin/", headers={"Cookie": "salon_admin=of-somebody"}))
    look = timed(lambda: main.get("/api/v1/salons"))
    ready = timed(lambda: main.get("/readyz"))
    another = group.another_primary(first)
    booked = until_booked(main, groomer, starts_at, **people[1])

    for seconds, refused in (*answers, own, admin):
        assert (refused.status_code, refused.headers["content-type"]) == (503, MEDIA_TYPE)
        assert int(refused.headers["retry-after"]) > 0
        assert seconds < WITHIN_SECONDS
    assert [answer.status_code for _, answer in (look, ready)] == [200, 200]
    assert another < FAILOVER_SECONDS
    assert booked.status_code in {200, 201}
    assert process.is_running
    assert relay.is_running
    new = next(name for name in others if group.state(name) == "ONLINE PRIMARY")
    group.wait(lambda: group.ask(new, "SELECT COUNT(*) FROM salon.outbox_outboxrow") == [(0,)], what="empty outbox")
    group.thaw(first)
    group.wait(lambda: group.state(first) == "ONLINE SECONDARY", what="old primary that is a secondary")
    assert starts_at not in free(main, groomer, **people[1])


def test_while_no_member_sees_a_majority_people_look_around_and_writers_are_refused_in_time(
    mysql_group: MySQLGroup, main: httpx.Client, groomer: tuple[int, int], people: list[dict[str, str]]
) -> None:
    """As when a zone is down and the two that are left have no time for each other."""
    group = mysql_group
    group.wait(lambda: is_whole(group), what="whole group")
    left = group.secondaries()[0]
    killed = [name for name in group.members if name != left]
    group.kill(*killed)
    try:
        group.wait(lambda: group.state(left) == "ONLINE SECONDARY without a majority", what="loss of the majority")
        looks = [timed(lambda: main.get("/api/v1/salons")) for _ in range(5)]
        refused = timed(lambda: book(main, groomer, "2030-01-01T10:00:00+09:00", **people[2]))

        assert [answer.status_code for _, answer in looks] == [200] * len(looks)
        assert refused[1].status_code == 503
        assert max(seconds for seconds, _ in (*looks, refused)) < WITHIN_SECONDS
        # Once it has given up, what it has is of no known age, and is not read any more.
        group.wait(lambda: not group.state(left).startswith("ONLINE"), what="member that gave up")
        group.wait(lambda: main.get("/api/v1/salons").status_code == 503, what="refusal to read it")
    finally:
        group.start(*killed)
    group.wait(lambda: is_whole(group), what="whole group again", seconds=180)


def is_whole(group: MySQLGroup) -> bool:
    states = [group.state(name) for name in group.members]
    return sorted(states) == ["ONLINE PRIMARY", "ONLINE SECONDARY", "ONLINE SECONDARY"]


def timed(call: Any) -> tuple[float, httpx.Response]:
    began = time.monotonic()
    answer = call()
    return time.monotonic() - began, answer


def until_booked(main: httpx.Client, groomer: tuple[int, int], starts_at: str, **headers: str) -> httpx.Response:
    until = time.monotonic() + FAILOVER_SECONDS
    while (answer := book(main, groomer, starts_at, **headers)).status_code == 503 and time.monotonic() < until:
        time.sleep(0.2)
    return answer
