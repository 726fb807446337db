"""`make settings`: what each process would read, and from where. Works while nothing runs."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

from deploy.local.failure import CannotGoOn
from deploy.local.places import SERVICES, VENV_PYTHON
from deploy.local.run.probes import HOST
from deploy.local.settings import environment, secrets_store
from deploy.local.settings.dotenv import Choices
from deploy.local.settings.given import for_children
from deploy.local.settings.profiles import Profile
from deploy.processes import Process

# Where each service says what it is variables.
DECLARED = {
    "main": "config.declared:Settings",
    "queue": "coupon_queue.settings:Settings",
    "chat-worker": "chat_worker.settings:Settings",
}


def show_settings(profile: Profile, choices: Choices, *, only: str | None) -> int:
    """The exit code: 1 when a process would refuse to start."""
    secrets_store.make_missing()
    known = {process.name: process for process in profile.topology.processes}
    if only is not None and only not in known:
        raise CannotGoOn(what=f"PROCESS={only}", why="there is none", do=f"give one of {', '.join(known)}")
    variables = environment.variables(profile, environment.servers(profile, choices), choices.public_url)
    variables |= environment.spans(profile)
    refused = False
    for names, found in _described(profile, [known[only]] if only else known.values(), variables):
        print(f"\n{', '.join(names)}")
        print(found["refusal"] or "\n".join(_lines(found["rows"])), flush=True)
        refused = refused or bool(found["refusal"])
    return int(refused)


def _described(
    profile: Profile, processes: Iterable[Process], variables: Mapping[str, str]
) -> Iterable[tuple[list[str], Any]]:
    """Processes that read the same are shown once."""
    alike: dict[tuple[str, str], list[str]] = {}
    for process in processes:
        own = process.own_environment(host=HOST, port=profile.port(process.name))
        alike.setdefault((process.service, json.dumps(own)), []).append(process.name)
    for (service, written), names in alike.items():
        yield names, _read(service, {**variables, **json.loads(written)})


def _read(service: str, variables: Mapping[str, str]) -> Any:
    ended = subprocess.run(
        [str(VENV_PYTHON), "-m", "salon_kit.settings", DECLARED[service]],
        cwd=SERVICES / service,
        env=for_children(variables),
        capture_output=True,
        text=True,
        check=False,
    )
    if not ended.stdout:
        raise CannotGoOn(what=f"the settings of {service}", why=ended.stderr, do="mend what it says")
    return json.loads(ended.stdout)


def _lines(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterable[str]:
    """The name as it is set, the value, where it was read, and what it is for."""
    table = [(variable, value, origin, doc) for _name, variable, origin, value, doc in rows]
    widths = [min(46, max(len(row[column]) for row in table)) for column in range(3)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True)]
        yield f"  {'  '.join(cells)}  {row[3]}".rstrip()
