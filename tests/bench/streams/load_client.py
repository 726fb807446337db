"""The load client as its user sees it: open so many streams, begin to count, say what was counted."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Self, cast

from tests.bench.results.histogram import merged
from tests.bench.streams.client_process import Counted, Plan, run

# A process may have 20,000 descriptors; some are its own.
STREAMS_PER_PROCESS = 18_000
STOP_SECONDS = 20.0


class LoadClient:
    """Streams at one or more servers, dealt out evenly. Used as a context manager, which ends its processes."""

    def __init__(
        self,
        *,
        addresses: Sequence[tuple[str, int]],
        path: str,
        tokens: Path,
        streams: int,
        core: int | None,
        sent_times: Path,
    ) -> None:
        self._plans = [
            Plan(address=address, path=path, tokens=tokens, first=first, last=last, core=core, sent_times=sent_times)
            for address, first, last in shares(addresses, streams)
        ]
        self._running: list[tuple[SpawnProcess, Connection]] = []

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        for plan in self._plans:
            ours, theirs = context.Pipe()
            process = context.Process(target=run, args=(plan, theirs), daemon=True)
            process.start()
            theirs.close()
            self._running.append((process, ours))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, connection in self._running:
            connection.close()
            process.join(STOP_SECONDS)
            if process.is_alive():
                process.kill()
                process.join()

    def open(self) -> Counted:
        return self._ask("open")

    def reset(self) -> None:
        self._ask("reset")

    def counted(self) -> Counted:
        return self._ask("report")

    def _ask(self, what: str) -> Counted:
        for _, connection in self._running:
            connection.send(what)
        return added([cast(Counted, connection.recv()) for _, connection in self._running])


def shares(addresses: Sequence[tuple[str, int]], streams: int) -> list[tuple[tuple[str, int], int, int]]:
    """(address, first, last + 1) of each client process: one or more of them for each address."""
    dealt = []
    for place, address in enumerate(addresses):
        first, last = streams * place // len(addresses), streams * (place + 1) // len(addresses)
        parts = max(1, -(-(last - first) // STREAMS_PER_PROCESS))
        edges = [first + (last - first) * part // parts for part in range(parts + 1)]
        dealt += [(address, begin, end) for begin, end in pairwise(edges)]
    return dealt


def added(parts: Sequence[Counted]) -> Counted:
    return Counted(
        delays=merged(part.delays for part in parts),
        frames=dict(sum((Counter(part.frames) for part in parts), Counter())),
        issued_ns=sorted(moment for part in parts for moment in part.issued_ns),
        over=sum(part.over for part in parts),
        last_ns=max((part.last_ns for part in parts), default=0),
        open=sum(part.open for part in parts),
        lost=sum(part.lost for part in parts),
        refused=dict(sum((Counter(part.refused) for part in parts), Counter())),
    )
