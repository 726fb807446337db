"""What a deploy has done, line by line, so that another process can go on after it was killed.

One JSON document a line, written before the next step begins: it outlives this process, and when the machine
goes, all that runs on it goes too. A last line that was cut is as if it was not there: its step is done again, which
changes nothing. A finished journal is the history from which the release before is known.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from deploy.local.rolling.plan import Step, Wave, way_back, way_forward
from deploy.local.settings.profiles import Profile


class Direction(Enum):
    FORWARD = "forward"
    BACK = "back"


@dataclass(frozen=True)
class State:
    """What the lines add up to."""

    new: str
    old: str
    waves: tuple[Wave, ...]
    by: str
    began_at: str
    direction: Direction = Direction.FORWARD
    # Steps of this direction that are finished.
    done: int = 0
    reason: str = ""
    has_ended: bool = False
    ended_at: str = ""

    def steps(self) -> list[Step]:
        forward = self.direction is Direction.FORWARD
        return way_forward(self.new, self.waves) if forward else way_back(self.old, self.waves)

    @property
    def release(self) -> str:
        """What runs when it has come to its end."""
        return self.new if self.direction is Direction.FORWARD else self.old

    @property
    def standing(self) -> str:
        """For people: how far it is."""
        steps = self.steps()
        at = f"next: {steps[self.done]}" if self.done < len(steps) else "all steps done"
        return f"{self.direction.value}, {self.done} of {len(steps)} steps, {at}"


class Journal:
    def __init__(self, path: Path, state: State) -> None:
        self.path = path
        self.state = state

    @classmethod
    def begin(cls, folder: Path, *, new: str, old: str, waves: Sequence[Wave], by: str, back: bool = False) -> Journal:
        """`back`: to `old` from `new`, which is what runs."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{datetime.now(UTC).strftime('%Y%m%dT%H%M%S.%f')}-{new}.jsonl"
        first = {"event": "begun", "new": new, "old": old, "waves": [list(wave) for wave in waves], "by": by}
        with path.open("x", encoding="utf-8") as file:
            file.write(_line({**first, "back": back}))
        return cls(path, read(path))

    def finished(self, number: int) -> None:
        self._write({"event": "finished", "step": number, "what": str(self.state.steps()[number])})

    def turn(self, reason: str) -> None:
        """From now on the way leads back."""
        if self.state.direction is Direction.FORWARD:
            self._write({"event": "turned", "reason": reason})

    def end(self) -> None:
        self._write({"event": "ended"})

    def _write(self, document: dict[str, Any]) -> None:
        line = _line(document)
        _cut_half_a_line(self.path)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line)
        self.state = _after(self.state, json.loads(line))


def folder_of(profile: Profile) -> Path:
    return profile.state / "deploys"


def history(folder: Path) -> list[Journal]:
    """All deploys, the oldest first."""
    found = [(path, _read(path)) for path in sorted(folder.glob("*.jsonl"))]
    return [Journal(path, state) for path, state in found if state is not None]


def unfinished(folder: Path) -> Journal | None:
    return next((one for one in reversed(history(folder)) if not one.state.has_ended), None)


def read(path: Path) -> State:
    """Raises ValueError when not even its first line is whole."""
    state = _read(path)
    if state is None:
        raise ValueError(f"{path} has no beginning")
    return state


def _read(path: Path) -> State | None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    documents = [json.loads(line) for line in lines if line.endswith("\n")]
    if not documents:
        return None
    first, *rest = documents
    state = State(
        new=first["new"],
        old=first["old"],
        waves=tuple(tuple(wave) for wave in first["waves"]),
        by=first["by"],
        began_at=first["at"],
        direction=Direction.BACK if first["back"] else Direction.FORWARD,
    )
    for document in rest:
        state = _after(state, document)
    return state


def _after(state: State, document: dict[str, Any]) -> State:
    match document["event"]:
        case "finished":
            return replace(state, done=document["step"] + 1)
        case "turned":
            return replace(state, direction=Direction.BACK, done=0, reason=document["reason"])
        case "ended":
            return replace(state, has_ended=True, ended_at=document["at"])
        case other:
            raise ValueError(f"a journal knows no {other!r}")


def _line(document: dict[str, Any]) -> str:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    return json.dumps({"at": now, **document}, ensure_ascii=False) + "\n"


def _cut_half_a_line(path: Path) -> None:
    whole, _, half = path.read_bytes().rpartition(b"\n")
    if half:
        os.truncate(path, len(whole) + 1)
