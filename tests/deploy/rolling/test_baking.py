"""New instances at work are judged by what people meet, and once slow may be a busy machine."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import pytest

from deploy.local.rolling.carrying_out import BadRelease
from deploy.local.rolling.judgement import baking
from deploy.local.rolling.judgement.baking import Baking
from deploy.local.rolling.judgement.judging import Limits
from deploy.local.run.probes import HOST
from deploy.local.settings.profiles import Profile

pytestmark = pytest.mark.unit

AT_EACH_LOOK = Limits().slow_from_requests
LOOK_SECONDS = 0.01
FAST = ("200", 0.02)


class AtWork:
    """Whenever one looks, both have answered so many requests since: main-1 of the new release, main-2 of the old."""

    def __init__(self, profile: Profile, new: Iterator[tuple[str, float]], old: Iterator[tuple[str, float]]) -> None:
        self._log = profile.logs / "nginx-access.log"
        self._answers = {f"{HOST}:{profile.port('main-1')}": new, f"{HOST}:{profile.port('main-2')}": old}
        profile.logs.mkdir(parents=True)
        self._log.touch()

    def runs(self, name: str) -> str:
        return "v2" if name == "main-1" else "v1"

    def is_ready(self, _name: str) -> bool:
        ended = datetime.fromtimestamp(time.time() + 2, UTC).isoformat(timespec="seconds")
        with self._log.open("a", encoding="utf-8") as log:
            for address, answers in self._answers.items():
                status, seconds = next(answers)
                entry = {"time": ended, "seconds": 0.1, "method": "GET", "status": 200, "path": "/api/v1/salons"}
                entry |= {"upstream": address, "upstream_status": status, "upstream_seconds": str(seconds)}
                log.write((json.dumps(entry) + "\n") * AT_EACH_LOOK)
        return True

    def url(self, _name: str) -> str:
        return f"http://{HOST}:9"  # nothing listens there


def _bake(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    new: Iterator[tuple[str, float]],
    old: Iterator[tuple[str, float]] | None = None,
) -> Baking:
    monkeypatch.setattr(baking, "LOOK_SECONDS", LOOK_SECONDS)
    profile = Profile("baking", web_port=1, base_port=20_000, lite=False, home=tmp_path)
    at_work: Any = AtWork(profile, new, old or repeat(FAST))
    one = Baking(profile, at_work, seconds=8 * LOOK_SECONDS)
    one.bake(["main-1"], "v2", ["main-1", "main-2"])
    return one


def _looks(first: Sequence[tuple[str, float]], then: tuple[str, float]) -> Iterator[tuple[str, float]]:
    return chain(first, repeat(then))


def test_a_release_that_is_no_slower_passes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    baked = _bake(tmp_path, monkeypatch, _looks([], ("200", 0.02)))

    assert baked.seen["main"].requests >= AT_EACH_LOOK


def test_what_is_slow_only_once_is_a_busy_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    baked = _bake(tmp_path, monkeypatch, _looks([("200", 2.0)], FAST))

    assert baked.seen["main"].quantile(0.5) < 0.1


def test_what_is_slow_while_all_are_is_a_busy_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before it was busy the old release was fast, and that does not count."""
    busy = [FAST] * 2
    baked = _bake(tmp_path, monkeypatch, _looks(busy, ("200", 2.0)), _looks(busy, ("200", 1.6)))

    assert baked.seen["main"].requests > 3 * AT_EACH_LOOK


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        (_looks([], ("200", 2.0)), "slow"),
        (_looks([("200", 0.02)] * 3, ("200", 2.0)), "slow"),
        (_looks([], ("500", 0.02)), "errors"),
    ],
    ids=["slow from the first", "slow later", "errors"],
)
def test_a_bad_release_is_seen_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: Iterator[tuple[str, float]], why: str
) -> None:
    with pytest.raises(BadRelease, match=why):
        _bake(tmp_path, monkeypatch, answers)


def test_a_slow_release_of_which_little_is_asked_then_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baking, "SECOND_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(f"{__name__}.AT_EACH_LOOK", 7)

    with pytest.raises(BadRelease, match="too little"):
        _bake(tmp_path, monkeypatch, _looks([("200", 2.0)] * 3, ("-", 2.0)))
