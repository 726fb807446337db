"""What each instance answered, from nginx's access log: what people met, not what a process thinks of itself."""

from __future__ import annotations

import json
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from deploy.local.rolling.judgement.judging import Sample

# They last as long as people stay.
_STAYS = re.compile(r"^/ws/|/(line|watch|operator)$")
# nginx writes several for a request that it asked of several instances.
_BETWEEN = re.compile(r"\s*[,:]\s+")
_SERVER_ERROR = 500


class AccessLogs:
    """Reads on from where it was, and leaves out what began before it was made.

    A stream has its line when it ends. It may have been asked of an instance that was just being replaced: that says
    nothing of the one which stands there now.
    """

    def __init__(self, paths: Iterable[Path]) -> None:
        self._since = time.time()
        self._read_to = {path: path.stat().st_size if path.exists() else 0 for path in paths}

    def new(self) -> Mapping[str, Sample]:
        """By the address of the instance: what came since the last look."""
        samples: dict[str, Sample] = defaultdict(Sample)
        for path in self._read_to:
            for line in self._new_lines(path):
                for address, sample in samples_of(line, since=self._since):
                    samples[address] = samples[address] + sample
        return samples

    def _new_lines(self, path: Path) -> list[bytes]:
        if not path.exists():
            return []
        if path.stat().st_size < self._read_to[path]:  # it was begun anew
            self._read_to[path] = 0
        with path.open("rb") as file:
            file.seek(self._read_to[path])
            text = file.read()
        whole = text.rpartition(b"\n")[0]
        self._read_to[path] += len(whole) + 1 if whole else 0
        return whole.splitlines()


def samples_of(line: bytes, *, since: float = 0.0) -> list[tuple[str, Sample]]:
    """Empty for what began before `since` (Unix seconds), for answers of nginx itself, and for no line of ours."""
    try:
        entry = json.loads(line)
        names = (entry["upstream"], entry["upstream_status"], entry["upstream_seconds"])
        stays = bool(_STAYS.search(entry["path"]))
        began = datetime.fromisoformat(entry["time"]).timestamp() - float(entry["seconds"])
    except (ValueError, KeyError, TypeError):
        return []
    if began < since:  # nginx gives whole seconds: those of the first one may go with them
        return []
    found = []
    for address, status, seconds in zip(*(_BETWEEN.split(name) for name in names), strict=False):
        if not address or not status.isdecimal():
            continue
        took = () if stays or not _is_number(seconds) else (float(seconds),)
        found.append((address, Sample(1, int(int(status) >= _SERVER_ERROR), took)))
    return found


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.\d+)?", text))
