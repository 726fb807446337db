"""Who begins the group of MySQL, and who joins it: what deploy/mysql/keep_group.py decides."""

from __future__ import annotations

import pytest

from deploy.mysql.keep_group import State, who_begins, who_joins

A, B, C = ("mysql-1", 3306), ("mysql-2", 3306), ("mysql-3", 3306)
ALONE = State("OFFLINE", "", sees_majority=False, gtids="1,2")
MEMBER = State("ONLINE", "PRIMARY", sees_majority=True, gtids="1,2")


def _within(part: str, whole: str) -> bool:
    return set(part.split(",")) <= set(whole.split(","))


def _knows(gtids: str) -> State:
    return State("OFFLINE", "", sees_majority=False, gtids=gtids)


def test_the_one_who_knows_everything_begins_and_nobody_where_each_knows_something_of_its_own() -> None:
    newest = {A: _knows("1"), B: _knows("1,2"), C: _knows("1")}
    torn = {A: _knows("1,2"), B: _knows("1,3"), C: _knows("1")}

    assert who_begins([A, B, C], newest, is_subset=_within) == B
    assert who_begins([A, B, C], torn, is_subset=_within) is None


@pytest.mark.parametrize(
    "states",
    [
        {A: ALONE, B: ALONE},
        {A: ALONE, B: ALONE, C: MEMBER},
        {A: ALONE, B: ALONE, C: State("RECOVERING", "SECONDARY", sees_majority=True, gtids="")},
        {A: ALONE, B: ALONE, C: State("ONLINE", "PRIMARY", sees_majority=False, gtids="1")},
    ],
    ids=["one has not answered", "there is a group", "one is on its way in", "one still waits for its majority"],
)
def test_nobody_begins_a_second_group(states: dict[tuple[str, int], State]) -> None:
    assert who_begins([A, B, C], states, is_subset=_within) is None


def test_members_join_a_group_that_has_a_majority_and_no_other() -> None:
    assert who_joins({A: MEMBER, B: ALONE, C: ALONE}) == [B, C]
    assert who_joins({A: State("ONLINE", "PRIMARY", sees_majority=False, gtids="1"), B: ALONE}) == []
