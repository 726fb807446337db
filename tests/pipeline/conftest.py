"""The system under test, and beside it what watches it and takes its logs and its spans."""

from __future__ import annotations

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from deploy.local.monitoring import logs
from deploy.local.monitoring.place import Place
from deploy.local.run import pids
from deploy.local.run.probes import HOST
from deploy.local.settings.dotenv import read_choices
from deploy.local.settings.profiles import noted
from tests.e2e.conftest import (  # noqa: F401  # fixtures
    backstage,
    base_url,
    cast,
    customer,
    customers,
    http,
    operator,
)
from tests.harness.monitoring.watched import Watched, watching

T = TypeVar("T")


@dataclass(frozen=True)
class Pipeline:
    watched: Watched

    @property
    def place(self) -> Place:
        return self.watched.place

    def pid_of(self, name: str) -> int:
        pid = pids.running(self.place.profile, name)
        assert pid is not None, f"{name} does not run"
        return pid

    def spans(self, trace_id: str) -> set[tuple[str, str]]:
        """Service and name of each that Jaeger has of a trace."""
        address = f"http://{HOST}:{self.place.port('jaeger')}/api/traces/{trace_id}"
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code == 404:  # nothing of it has come yet
                return set()
            raise
        return {
            (trace["processes"][span["processID"]]["serviceName"], span["operationName"])
            for trace in found["data"]
            for span in trace["spans"]
        }

    def lines(self, **wanted: str) -> list[logs.Line]:
        return list(logs.asked(self.place, logs.Wanted(**wanted).query()))

    def lines_at_most(self, most: int) -> list[logs.Line]:
        """The newest of all."""
        return list(logs.asked(self.place, logs.Wanted().query(), most=most))


def soon(look: Callable[[], T], *, seconds: float = 40.0) -> T:
    """What is found, once it is something; else what was found last."""
    deadline = time.monotonic() + seconds
    while not (found := look()) and time.monotonic() < deadline:
        time.sleep(0.5)
    return found


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """All that `make monitoring` starts."""
    profile = noted(os.environ["SALON_PROFILE"])
    folder = tmp_path_factory.mktemp("discord")
    with watching(profile, read_choices(), folder, with_pipeline=True) as watched:
        yield Pipeline(watched)
