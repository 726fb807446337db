"""Finds the frames in what one stream received. Frames may come in pieces, or several at once."""

from __future__ import annotations

import re

# Nchan writes `event: frame` after the data, the queue before it: an event is what stands before an empty line.
_EVENT_END = re.compile(rb"\r?\n\r?\n")
_SEQ = re.compile(rb'"seq":\s*(\d+)')
_NAME = re.compile(rb"(?:^|\n)event:\s*([a-z]+)")
_REMEMBERED = 256


class FrameFinder:
    """Everybody gets the same bytes, so what a chunk holds is worked out once and remembered."""

    def __init__(self) -> None:
        self._known: dict[bytes, tuple[tuple[int, ...], bytes]] = {}
        self._begun: dict[int, bytes] = {}
        self.other_events: dict[str, int] = {}

    def frames(self, stream: int, chunk: bytes) -> tuple[int, ...]:
        """The `seq` of every frame that this chunk completes."""
        if stream in self._begun:
            chunk = self._begun.pop(stream) + chunk
        found = self._known.get(chunk)
        if found is None:
            found = self._known[chunk] = self._take_apart(chunk)
            if len(self._known) > _REMEMBERED:
                self._known.clear()
        seqs, rest = found
        if rest:
            self._begun[stream] = rest
        return seqs

    def forget(self, stream: int) -> None:
        self._begun.pop(stream, None)

    def _take_apart(self, chunk: bytes) -> tuple[tuple[int, ...], bytes]:
        *events, rest = _EVENT_END.split(chunk)
        seqs = []
        for event in events:
            name = _NAME.search(event)
            seq = _SEQ.search(event)
            if name and name[1] == b"frame" and seq:
                seqs.append(int(seq[1]))
            elif name:
                said = name[1].decode()
                self.other_events[said] = self.other_events.get(said, 0) + 1
        return tuple(seqs), rest
