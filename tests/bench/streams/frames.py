"""Finds the frames in what one stream received. Frames may come in pieces, or several at once."""

from __future__ import annotations

import re
from typing import NamedTuple

# Nchan writes `event: frame` after the data, the queue before it: an event is what stands before an empty line.
_EVENT_END = re.compile(rb"\r?\n\r?\n")
_SEQ = re.compile(rb'"seq":\s*(\d+)')
_NAME = re.compile(rb"(?:^|\n)event:\s*([a-z]+)")
_OVER = re.compile(rb'"state":\s*"(?:sold-out|closed|refused)"')
_ISSUED = re.compile(rb'"state":\s*"issued"')
_REMEMBERED = 256


class Found(NamedTuple):
    """What one chunk completed: the `seq` of every frame, and how often "yours" and "over" were said."""

    seqs: tuple[int, ...] = ()
    issued: int = 0
    rest: bytes = b""
    over: int = 0


class FrameFinder:
    """Everybody gets the same bytes, so what a chunk holds is worked out once and remembered."""

    def __init__(self) -> None:
        self._known: dict[bytes, Found] = {}
        self._begun: dict[int, bytes] = {}

    def look(self, stream: int, chunk: bytes) -> Found:
        if stream in self._begun:
            chunk = self._begun.pop(stream) + chunk
        found = self._known.get(chunk)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[chunk] = _take_apart(chunk)
        if found.rest:
            self._begun[stream] = found.rest
        return found

    def forget(self, stream: int) -> None:
        self._begun.pop(stream, None)


def _take_apart(chunk: bytes) -> Found:
    *events, rest = _EVENT_END.split(chunk)
    seqs, issued, over = [], 0, 0
    for event in events:
        name, seq = _NAME.search(event), _SEQ.search(event)
        if name and name[1] == b"frame" and seq:
            seqs.append(int(seq[1]))
        elif name and name[1] == b"place" and _ISSUED.search(event):
            issued += 1
        elif name and name[1] == b"place" and _OVER.search(event):
            over += 1
    return Found(tuple(seqs), issued, rest, over)
