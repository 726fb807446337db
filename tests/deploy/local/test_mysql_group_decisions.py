"""What a member of the MySQL group does next, by what it and the others know: here and in Docker."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.local.engines.mysql_group import last_view
from deploy.local.engines.mysql_group.last_view import View
from deploy.mysql.decision import LEAST_FREE_BYTES, MemberState, Step, next_step, should_end

ALL = ("mysql-1", "mysql-2", "mysql-3")

pytestmark = pytest.mark.unit


def is_subset(part: str, whole: str) -> bool:
    return set(filter(None, part.split(","))) <= set(filter(None, whole.split(",")))


def decide(name: str, states: dict[str, MemberState], last: tuple[str, ...] | None = None) -> Step:
    return next_step(name, states, everybody=ALL, last=last, is_subset=is_subset)


def out(gtids: str = "", state: str = "OFFLINE") -> MemberState:
    return MemberState(state=state, sees_majority=False, gtids=gtids)


def member_of(*view: str, gtids: str = "", majority: bool = True) -> MemberState:
    return MemberState(state="ONLINE", sees_majority=majority, gtids=gtids, view=view)


def test_a_new_group_is_begun_by_one_member_and_only_when_all_are_there() -> None:
    empty = {name: out() for name in ALL}

    assert [decide(name, empty) for name in ALL] == [Step.BOOTSTRAP, Step.WAIT, Step.WAIT]
    assert decide("mysql-1", {name: out() for name in ALL[:2]}) is Step.WAIT


def test_a_member_joins_a_group_that_has_all_it_has() -> None:
    group = {"mysql-1": member_of("mysql-1", "mysql-2", gtids="a,b"), "mysql-2": member_of("mysql-1", "mysql-2")}

    assert decide("mysql-3", {**group, "mysql-3": out("a")}) is Step.JOIN
    assert decide("mysql-3", {**group, "mysql-3": out("a", state="ERROR")}) is Step.JOIN


def test_a_member_with_transactions_that_the_group_has_not_is_built_anew() -> None:
    group = {"mysql-1": member_of("mysql-1", gtids="a,b")}

    assert decide("mysql-3", {**group, "mysql-3": out("a,errant")}) is Step.REBUILD


def test_a_member_that_the_group_has_not_missed_yet_waits() -> None:
    group = {"mysql-1": member_of(*ALL, gtids="a")}

    assert decide("mysql-3", {**group, "mysql-3": out("a")}) is Step.WAIT


def test_nobody_begins_a_group_beside_one_that_lost_its_majority() -> None:
    alone = member_of(*ALL, gtids="a", majority=False)

    assert decide("mysql-2", {"mysql-1": alone, "mysql-2": out("a"), "mysql-3": out("a")}) is Step.WAIT


def test_after_a_stop_of_all_the_newest_of_the_last_view_begins() -> None:
    states = {"mysql-1": out("a"), "mysql-2": out("a,b"), "mysql-3": out("a,b")}

    assert [decide(name, states, ALL) for name in ALL] == [Step.WAIT, Step.BOOTSTRAP, Step.WAIT]


def test_who_was_not_in_the_last_view_does_not_begin_and_need_not_be_there() -> None:
    last = ("mysql-2", "mysql-3")

    assert decide("mysql-1", {"mysql-1": out("a,errant"), "mysql-2": out("a,b")}, last) is Step.WAIT
    assert decide("mysql-2", {"mysql-1": out("a"), "mysql-2": out("a,b")}, last) is Step.WAIT
    assert decide("mysql-2", {"mysql-2": out("a,b"), "mysql-3": out("a")}, last) is Step.BOOTSTRAP


def test_without_the_last_view_an_old_member_would_begin_and_lose_what_others_acknowledged() -> None:
    """The twin: with all of them there it is right, with a part of them it is not known who is missing."""
    others_are_newer = {"mysql-1": out("a")}

    assert next_step("mysql-1", others_are_newer, everybody=("mysql-1",), last=None, is_subset=is_subset) is (
        Step.BOOTSTRAP
    )
    assert decide("mysql-1", others_are_newer, ("mysql-2", "mysql-3")) is Step.WAIT


def test_members_of_which_each_has_something_of_its_own_wait_for_a_person() -> None:
    states = {"mysql-1": out("a,b"), "mysql-2": out("a,c"), "mysql-3": out("a")}

    assert {decide(name, states, ALL) for name in ALL} == {Step.WAIT}


def test_where_no_view_is_known_all_are_needed_and_the_one_who_has_everything_begins() -> None:
    states = {"mysql-1": out("a"), "mysql-2": out("a,b"), "mysql-3": out("a")}
    torn = {**states, "mysql-1": out("a,c")}

    assert [decide(name, states) for name in ALL] == [Step.WAIT, Step.BOOTSTRAP, Step.WAIT]
    assert {decide(name, torn) for name in ALL} == {Step.WAIT}
    assert decide("mysql-2", {name: states[name] for name in ALL[:2]}) is Step.WAIT


@pytest.mark.parametrize("state", ["RECOVERING", "ONLINE"])
def test_nobody_begins_a_second_group_beside_one_that_is_on_its_way(state: str) -> None:
    states = {"mysql-1": out("a"), "mysql-2": out("a"), "mysql-3": out("a", state=state)}

    assert {decide(name, states) for name in ALL[:2]} == {Step.WAIT}


def test_an_older_view_does_not_replace_a_newer_one(tmp_path: Path) -> None:
    newer = View(id=(1795, 7), members=("mysql-2", "mysql-3"))

    last_view.note(tmp_path, newer)
    last_view.note(tmp_path, View(id=(1795, 6), members=ALL))

    assert last_view.read(tmp_path) == newer


FULL, SPACE = 0, LEAST_FREE_BYTES


@pytest.mark.parametrize(
    ("role", "free", "others", "ends"),
    [
        ("PRIMARY", FULL, (SPACE, SPACE), True),
        ("PRIMARY", FULL, (SPACE, FULL), True),
        ("PRIMARY", SPACE, (SPACE, SPACE), False),
        ("SECONDARY", FULL, (SPACE, SPACE), False),
        ("PRIMARY", FULL, (FULL, FULL), False),
        ("PRIMARY", FULL, (SPACE,), False),
    ],
    ids=[
        "others have space",
        "one has",
        "it has space",
        "no primary",
        "one disk under all",
        "one is no majority of two",
    ],
)
def test_a_primary_without_space_ends_only_where_the_others_go_on_without_it(
    role: str, free: int, others: tuple[int, ...], ends: bool
) -> None:
    assert should_end(role, free_bytes=free, of_others=others) is ends
