"""Every step of `make deploy` has something in Compose that carries it, or a reason why nothing has to."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deploy.local.rolling.plan import Act
from deploy.topology import HA as TWO_ZONES
from deploy.topology import SMALL as ONE_PLACE
from tests.deploy.compose.files import FILES, HA, SMALL, services
from tests.deploy.compose.release_steps import CARRIED_BY

TOPOLOGIES = {SMALL: ONE_PLACE, HA: TWO_ZONES}
Spoil = Callable[[dict[str, Any]], object]


def what_is_wrong(act: Act, path: Path, there: dict[str, Any]) -> list[str]:
    carried_by = CARRIED_BY[act]
    return [] if carried_by is None else list(carried_by(there, TOPOLOGIES[path]))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
@pytest.mark.parametrize("act", Act, ids=lambda act: act.value)
def test_each_step_of_a_deploy_has_what_carries_it_in_compose(act: Act, path: Path) -> None:
    assert what_is_wrong(act, path, services(path)) == []


def _set(name: str, **facts: object) -> Spoil:
    return lambda there: there[name].update(facts)


def _without(name: str, *needs: str) -> Spoil:
    return lambda there: [there[name]["depends_on"].pop(need) for need in needs]


@pytest.mark.parametrize(
    ("act", "spoil", "sentence"),
    [
        (Act.MIGRATE, _set("migrate", restart="unless-stopped"), "migrate is no job that ends"),
        (Act.MIGRATE, _set("migrate", depends_on={}), "migrate needs nothing"),
        (Act.MIGRATE, _set("migrate", image="salon/main:old"), "main-1 is of another image than its migrations"),
        (Act.MIGRATE, _without("main-1", "seed"), "main-1 does not wait for migrate"),
        (Act.LEAVE, _set("main-1", command="python manage.py serve"), "main-1 is started by a shell"),
        (Act.LEAVE, _set("queue-1", init=False), "queue-1 would be process 1"),
        (Act.LEAVE, _set("queue-1", stop_signal="SIGKILL"), "queue-1 is told to leave by SIGKILL"),
        (Act.LEAVE, _without("queue-1", "redis"), "queue-1 does not wait for redis"),
        (Act.ASSIGN, _set("main-2", image="salon/main:v1"), "main is of salon/main, salon/main:v1"),
        (Act.START, _set("main-2", healthcheck={"test": ["CMD", "true"]}), "main-2 is taken for ready"),
        (Act.START, lambda there: there["main-1"]["depends_on"].update({"main-2": {}}), "main-1 waits for main-2"),
        (Act.BAKE, _set("main-1", healthcheck={"interval": "30s", "timeout": "3s"}), "main-1 is asked every 30 s"),
        (Act.SHOW_PAGE, _without("nginx", "main-1", "main-2"), "nginx shows the page before a main is there"),
        (
            Act.SHOW_PAGE,
            lambda there: there["nginx"]["environment"].update(SALON_QUEUE_SERVERS="server queue-1:8000 max_fails=0;"),
            "nginx asks queue-1 for queue",
        ),
    ],
)
def test_a_file_that_does_not_carry_a_step_is_found(act: Act, spoil: Spoil, sentence: str) -> None:
    there = copy.deepcopy(services(SMALL))

    spoil(there)

    assert [one for one in what_is_wrong(act, SMALL, there) if one.startswith(sentence)]


def test_every_step_is_in_the_table() -> None:
    assert CARRIED_BY.keys() == set(Act)
