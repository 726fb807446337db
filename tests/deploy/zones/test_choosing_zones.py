"""TOPOLOGY=ha, on the command line or in .env."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deploy.local.__main__ import ON_ZONES, profile_of
from deploy.local.failure import CannotGoOn
from deploy.local.install import debian, setup
from deploy.local.settings.dotenv import Choices, read_choices
from deploy.local.settings.profiles import as_started, note_ports, profile_named
from deploy.topology import HA, SMALL


def _choices(**values: str) -> Choices:
    return read_choices(Path("/nowhere"), values)


def test_without_a_word_it_is_the_small_one() -> None:
    assert profile_of(_choices(), "run") == "dev"
    assert profile_named("dev", salon_port=8000, lite=False).topology is SMALL


@pytest.mark.parametrize("command", ["run", "demo", "services"])
def test_two_zones_are_a_profile_of_their_own(command: str) -> None:
    assert profile_of(_choices(TOPOLOGY="ha"), command) == "ha"
    assert profile_named("ha", salon_port=8000, lite=False).topology is HA


@pytest.mark.parametrize("command", ON_ZONES)
def test_commands_on_zones_need_no_word_about_the_topology(command: str) -> None:
    assert profile_of(_choices(), command) == "ha"


def test_a_topology_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(CannotGoOn) as refused:
        _choices(TOPOLOGY="three-zones")

    assert "small, ha" in refused.value.do


def test_small_engines_and_two_zones_exclude_each_other() -> None:
    with pytest.raises(CannotGoOn, match="LITE"):
        profile_of(_choices(TOPOLOGY="ha", LITE="1"), "run")


@pytest.mark.parametrize(("topology", "wanted"), [("small", False), ("ha", True)])
def test_the_balancer_is_installed_only_for_two_zones(
    monkeypatch: pytest.MonkeyPatch, topology: str, wanted: bool
) -> None:
    monkeypatch.setattr(debian, "tool", lambda name: None)  # a machine that has nothing yet

    steps = setup._steps({}, _choices(TOPOLOGY=topology), setup.Wish(page=False))

    packages = next(step.title for step in steps if step.name == debian.STEP).split()
    assert ("haproxy" in packages) is wanted


def test_a_command_in_another_terminal_uses_the_ports_of_the_start(tmp_path: Path) -> None:
    started = replace(profile_named("ha", salon_port=8150, lite=False, first_port=15000), home=tmp_path)
    started.state.mkdir()
    note_ports(started)

    elsewhere = replace(profile_named("ha", salon_port=8000, lite=False), home=tmp_path)

    assert as_started(elsewhere) == started
