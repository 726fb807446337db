"""Where there are two zones what dies comes back by itself, unless somebody holds it down."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from deploy.local.failure import CannotGoOn
from deploy.local.run import holds, pids
from deploy.local.run.probes import accepts
from deploy.local.run.program import Program
from deploy.local.run.supervision import Supervision
from deploy.local.run.system import only_one
from deploy.local.settings.profiles import Profile, note_ports
from deploy.local.zones import commands, restarts
from deploy.local.zones.expectations import OF_A_PART, kind_of
from deploy.topology import HA
from tests.deploy.small_programs import eventually, listener, python_program


@pytest.fixture
def zones(profile: Profile) -> Profile:
    return replace(profile, topology=HA)


@contextmanager
def _kept_up(profile: Profile, *programs: Program) -> Iterator[list[str]]:
    """The lines that were printed, as it goes on."""
    lines: list[str] = []
    with Supervision(profile, programs, {}) as supervision:
        for program in programs:
            supervision.start(program.name)
        with restarts.Restarts(profile, supervision, programs, lines.append):
            yield lines


@contextmanager
def _running(profile: Profile, *programs: Program) -> Iterator[None]:
    """As `make run` has it: commands from another terminal find it."""
    with only_one(profile), _kept_up(profile, *programs):
        note_ports(profile)
        yield


def _listener(profile: Profile, name: str, **more: object) -> Program:
    return python_program(profile, name, listener(profile.port(name)), **{"pause_seconds": 0.2, **more})


def _kill(profile: Profile, name: str) -> int:
    pid = pids.running(profile, name)
    assert pid is not None
    os.killpg(pid, signal.SIGKILL)
    assert eventually(lambda: pids.running(profile, name) != pid)
    return pid


def test_what_dies_is_started_again_after_its_pause(zones: Profile) -> None:
    with _kept_up(zones, _listener(zones, "kafka-2", pause_seconds=1.5)) as lines:
        died = time.monotonic()
        _kill(zones, "kafka-2")

        assert eventually(accepts(zones.port("kafka-2")))
        assert time.monotonic() - died >= 1.5
        assert eventually(lambda: any("kafka-2 is back" in line for line in lines))


def test_what_is_held_down_stays_down_until_it_is_let_go(zones: Profile) -> None:
    with _kept_up(zones, _listener(zones, "kafka-2")) as lines:
        holds.hold(zones, "kafka-2")
        _kill(zones, "kafka-2")
        assert eventually(lambda: any("held down" in line for line in lines))
        time.sleep(1)
        assert not accepts(zones.port("kafka-2"))()

        holds.let_go(zones, "kafka-2")

        assert eventually(accepts(zones.port("kafka-2")))


def test_what_dies_again_and_again_is_started_more_and_more_slowly(zones: Profile) -> None:
    port = zones.port("queue-a")
    code = f"import socket, time; s = socket.create_server(('127.0.0.1', {port})); s.accept(); time.sleep(0.3)"

    with _kept_up(zones, python_program(zones, "queue-a", code, pause_seconds=0.2)) as lines:
        assert eventually(lambda: sum("ended" in line for line in lines) >= 3)
        seconds = [line.rpartition(" in ")[2] for line in lines if "ended" in line]

    assert seconds[:3] == ["0 s", "0 s", "1 s"]


def test_one_that_dies_disturbs_no_other(zones: Profile) -> None:
    with _kept_up(zones, _listener(zones, "main-a"), _listener(zones, "main-b")):
        before = pids.running(zones, "main-b")
        _kill(zones, "main-a")

        assert eventually(accepts(zones.port("main-a")))
        assert pids.running(zones, "main-b") == before


def test_what_is_starting_again_is_stopped_with_the_rest(zones: Profile) -> None:
    slow = python_program(zones, "main-a", listener(zones.port("main-a")), pause_seconds=0.0)
    with _kept_up(zones, slow):
        _kill(zones, "main-a")
        time.sleep(0.4)

    assert not accepts(zones.port("main-a"))()
    assert pids.running(zones, "main-a") is None


def test_an_old_pid_is_not_taken_for_a_running_part(zones: Profile) -> None:
    with Supervision(zones, [_listener(zones, "main-a")], {}) as supervision:
        supervision.start("main-a")
        assert pids.running(zones, "main-a") is not None

    assert pids.pid_file(zones, "main-a").exists()
    assert pids.running(zones, "main-a") is None


def test_children_of_what_is_killed_die_with_it(zones: Profile, capsys: pytest.CaptureFixture[str]) -> None:
    """As nginx has workers: one that stayed would go on answering, and hold the port."""
    port = zones.port("nginx-b")
    code = f"import os, socket, time; s = socket.create_server(('127.0.0.1', {port})); os.fork(); time.sleep(1000)"
    with _running(zones, python_program(zones, "nginx-b", code)):
        commands.carry_out("kill", zones, zone=None, part="nginx-b", held=True)

        assert eventually(lambda: not accepts(port)())


def test_a_zone_that_is_taken_down_is_gone_as_a_whole_and_comes_back_as_a_whole(
    zones: Profile, capsys: pytest.CaptureFixture[str]
) -> None:
    with _running(zones, *(_listener(zones, name) for name in ("main-a", "main-b", "kafka-2"))):
        commands.carry_out("zone-down", zones, zone="b", part=None, held=False)
        printed = capsys.readouterr().out

        assert eventually(lambda: not accepts(zones.port("main-b"))() and not accepts(zones.port("kafka-2"))())
        assert accepts(zones.port("main-a"))()
        assert "killed -9   main-b" in printed
        assert "15 s" in printed

        commands.carry_out("zone-up", zones, zone="b", part=None, held=False)
        assert eventually(lambda: accepts(zones.port("main-b"))() and accepts(zones.port("kafka-2"))())


@pytest.mark.parametrize(
    ("command", "zone", "part", "advice"),
    [
        ("zone-down", "d", None, "there are a, b, c"),
        ("zone-down", None, None, "ZONE=b"),
        ("kill", None, "kafka-9", "kafka-2"),
        ("kill", None, None, "PART=kafka-2"),
    ],
)
def test_what_there_is_not_is_named_with_what_there_is(
    zones: Profile, command: str, zone: str | None, part: str | None, advice: str
) -> None:
    with _running(zones, _listener(zones, "kafka-2")), pytest.raises(CannotGoOn) as refused:
        commands.carry_out(command, zones, zone=zone, part=part, held=False)

    assert advice in refused.value.do


def test_what_is_down_already_cannot_be_killed(zones: Profile) -> None:
    with _running(zones, _listener(zones, "kafka-2")):
        commands.carry_out("kill", zones, zone=None, part="kafka-2", held=True)
        assert eventually(lambda: pids.running(zones, "kafka-2") is None)

        with pytest.raises(CannotGoOn) as refused:
            commands.carry_out("kill", zones, zone=None, part="kafka-2", held=True)

    assert "part-up" in refused.value.do


def test_with_nothing_running_the_command_says_how_to_start_it(zones: Profile) -> None:
    with pytest.raises(CannotGoOn) as refused:
        commands.carry_out("topology", zones, zone=None, part=None, held=False)

    assert "TOPOLOGY=ha make run" in refused.value.do


def test_every_part_has_a_word_on_what_its_loss_means() -> None:
    assert {kind_of(name) for name in HA.places()} == OF_A_PART.keys()
