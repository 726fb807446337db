"""S8 measures one of each kind of process, against a hello-world that exists; S9 counts whoever was refused."""

from __future__ import annotations

import importlib.util

import pytest

from deploy.processes import PROCESSES
from tests.bench import options
from tests.bench.load.visitors import Answered
from tests.bench.rows import idle, mixed

pytestmark = pytest.mark.unit


def test_every_command_of_the_topology_is_measured_once() -> None:
    assert {process.command[1] for process in idle.one_of_each_kind().values()} == {
        process.command[1] for process in PROCESSES
    }


@pytest.mark.parametrize("name", idle.one_of_each_kind())
def test_each_is_compared_with_a_program_of_its_own_framework(name: str) -> None:
    words = idle.HELLO[idle.hello_of(idle.one_of_each_kind()[name])]

    assert "{port}" in words
    assert all(importlib.util.find_spec(word.partition(":")[0]) for word in words if word.startswith("tests."))


def test_a_process_that_needs_twice_as_much_is_not_met_and_is_the_only_one() -> None:
    hello = {name: idle.Idle(seconds=[1.0, 1.0, 1.0], megabytes=[50.0, 50.0, 50.0]) for name in idle.HELLO}
    ours = {name: idle.Idle(seconds=[1.0, 1.4, 9.0], megabytes=[60.0, 60.0, 60.0]) for name in idle.one_of_each_kind()}
    ours["serve"] = idle.Idle(seconds=[1.0, 1.0, 1.0], megabytes=[100.0, 100.0, 100.0])

    claims = idle.measured(ours, hello).claims

    assert [claim.what for claim in claims if not claim.met] == ["MB of an idle serve"]


def test_one_refusal_among_many_answers_is_not_met() -> None:
    ours, peer = Answered(), Answered()
    for number in range(1_000):
        ours.add("book", 0.01, instead="503 overloaded" if number == 500 else None)
        peer.add("book", 0.01, instead=None)

    claims = mixed.measured(ours, peer, {}, options.read([])).claims

    assert [claim.met for claim in claims] == [True, False]
    assert ours.figures()["refused"] == {"book: 503 overloaded": 1}


def test_where_the_empty_view_refuses_too_nothing_is_said_of_ours() -> None:
    ours, peer = Answered(), Answered()
    for one in (ours, peer):
        one.add("search", 10.0, instead="TimeoutError")
    ours.add("search", 99.0, instead=None)
    peer.add("search", 0.1, instead=None)

    claims = mixed.measured(ours, peer, {}, options.read([])).claims

    assert [claim.met for claim in claims] == [None, None]
