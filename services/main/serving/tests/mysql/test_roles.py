"""Who of a MySQL group is written to, who is read from, and how long looking for them takes at most."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from MySQLdb import OperationalError  # type: ignore[import-untyped]  # it ships no types

from serving.mysql.address import Member, parsed
from serving.mysql.finding import NOT_AGAIN_SECONDS, WITHIN_SECONDS, Finder
from serving.mysql.roles import Standing

MEMBERS = (Member("a", 1), Member("b", 2), Member("c", 3))
A_LITTLE = 0.5
PRIMARY = Standing(takes_writes=True, state="ONLINE", role="PRIMARY", sees_majority=True, lag_seconds=0)
SECONDARY = Standing(takes_writes=False, state="ONLINE", role="SECONDARY", sees_majority=True, lag_seconds=0)


class Connection:
    """The far side: a server that took the connection."""

    def __init__(self, member: Member) -> None:
        self.member = member
        self.is_open = True

    def close(self) -> None:
        self.is_open = False


class Servers:
    """What happens to whoever opens a connection to each member; those that are not named are of another role."""

    def __init__(self, *, fits: Member | None = None, silent: tuple[Member, ...] = (), dead: tuple[Member, ...] = ()):
        self.fits, self.silent, self.dead = fits, silent, dead
        self.speak = threading.Event()
        self.asked: list[Member] = []
        self.opened: list[Connection] = []

    def open(self, member: Member) -> Any:
        self.asked.append(member)
        if member in self.silent:
            self.speak.wait(10)
        if member in self.dead:
            raise OperationalError(2003, "refused")
        if member != self.fits:
            return None
        self.opened.append(Connection(member))
        return self.opened[-1]


def finder(*, spread: bool = False) -> Finder:
    return Finder(MEMBERS, role="primary", spread=spread)


def test_a_primary_that_lost_the_majority_or_its_right_to_write_is_none() -> None:
    cut_off = replace(PRIMARY, sees_majority=False)
    not_open_yet = replace(PRIMARY, takes_writes=False)
    expelled = replace(PRIMARY, state="ERROR")

    assert PRIMARY.is_primary
    assert not any(standing.is_primary for standing in (cut_off, not_open_yet, expelled, SECONDARY))


def test_a_secondary_that_lags_recovers_or_is_cut_off_is_not_read_from() -> None:
    def may_be_read(standing: Standing) -> bool:
        return standing.may_be_read(max_lag_seconds=3)

    assert may_be_read(replace(SECONDARY, lag_seconds=2.9))
    assert not may_be_read(replace(SECONDARY, lag_seconds=3.1))
    assert not may_be_read(replace(SECONDARY, state="RECOVERING"))
    assert not may_be_read(replace(SECONDARY, sees_majority=False))
    assert not may_be_read(PRIMARY)


def test_for_want_of_another_a_secondary_is_read_from_that_sees_no_majority_and_is_online_still() -> None:
    def may_be_read(standing: Standing) -> bool:
        return standing.may_be_read_for_want_of_another(max_lag_seconds=3)

    cut_off = replace(SECONDARY, sees_majority=False)

    assert may_be_read(cut_off)
    assert not may_be_read(replace(cut_off, state="ERROR"))
    assert not may_be_read(replace(cut_off, lag_seconds=3.1))
    assert not may_be_read(replace(PRIMARY, sees_majority=False))


def test_the_primary_is_found_behind_members_that_are_silent_and_dead() -> None:
    servers = Servers(fits=MEMBERS[2], silent=(MEMBERS[0],), dead=(MEMBERS[1],))
    began = time.monotonic()

    connection = finder().find(servers.open)

    assert connection.member == MEMBERS[2]
    assert time.monotonic() - began < WITHIN_SECONDS
    servers.speak.set()


def test_who_was_found_last_is_asked_first_and_the_others_are_left_in_peace() -> None:
    servers, here = Servers(fits=MEMBERS[1]), finder()
    here.find(servers.open)
    servers.asked.clear()

    here.find(servers.open)

    assert servers.asked == [MEMBERS[1]]


def test_nobody_waits_for_members_that_are_all_silent() -> None:
    servers, here = Servers(silent=MEMBERS), finder()
    began = time.monotonic()

    with pytest.raises(OperationalError):
        here.find(servers.open)
    with pytest.raises(OperationalError):
        here.find(servers.open)

    # The second was told at once: what nobody was a moment ago, nobody is asked for again.
    assert time.monotonic() - began < WITHIN_SECONDS + A_LITTLE
    assert len(servers.asked) == len(MEMBERS)
    servers.speak.set()
    time.sleep(NOT_AGAIN_SECONDS)


def test_a_member_that_answers_too_late_is_hung_up_on() -> None:
    servers = Servers(fits=MEMBERS[0], silent=(MEMBERS[0],))

    with pytest.raises(OperationalError):
        finder().find(servers.open)
    servers.speak.set()

    until = time.monotonic() + 5
    while not servers.opened or servers.opened[0].is_open:
        assert time.monotonic() < until
        time.sleep(0.01)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://salon:secret@a:1/salon",
        "mysql://a:1/salon",
        "mysql://salon@a:1",
        "mysql://salon@a:1,a:1/salon",
        "mysql://salon@a:99999/salon",
        "postgres://salon@a:1/salon",
        "",
    ],
)
def test_an_address_that_cannot_be_meant_stops_the_start(url: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # pydantic's and ours
        parsed(url)


def test_an_address_names_one_server_or_all_members() -> None:
    assert parsed("mysql://salon@a/salon").members == (Member("a", 3306),)
    assert parsed("mysql://salon@a:1,b:2,[::1]:3/salon").members == (Member("a", 1), Member("b", 2), Member("::1", 3))
