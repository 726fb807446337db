"""Calling the process that decodes: few at a time, each with a limit."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from photos.reencoding.sizes import WAIT_SECONDS
from salon_contracts.http.refusals import Overloaded
from salon_kit.logs import get_logger

log = get_logger(__name__)

PROGRAM = Path(__file__).with_name("decode.py")
# Each takes a core for half a second, and memory: more at once would only take both from others.
AT_ONCE = 2
TURN_SECONDS = 2.0
# Where requests wait for that.
ASKED_AT = re.compile(r"/api/v1/photos/[^/]+/finish")

_free = threading.BoundedSemaphore(AT_ONCE)


class Unfit(Exception):
    """`code` says why these bytes are no photo that we take."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Made(NamedTuple):
    """`sizes` by name; width and height are those of the largest."""

    sizes: dict[str, bytes]
    width: int
    height: int


def made_anew(content: bytes) -> Made:
    """Raises Unfit, and Overloaded when no turn comes."""
    if not _free.acquire(timeout=TURN_SECONDS):
        raise Overloaded(retry_after_seconds=2)
    try:
        return _decoded(content)
    finally:
        _free.release()


def _decoded(content: bytes) -> Made:
    try:
        # `-I` and an empty environment: it knows of no setting and no secret.
        done = subprocess.run(  # noqa: S603  # our own program, with no word of a stranger
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            capture_output=True,
            env={},
            timeout=WAIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        # The machine is busy: what the photo costs is limited in there, by the core's clock.
        raise Overloaded(retry_after_seconds=5) from error
    first, _, rest = done.stdout.partition(b"\n")
    if done.returncode or not first:
        log.warning("photo_decoder_died", code=done.returncode, last=done.stderr[-300:].decode(errors="replace"))
        raise Unfit("too-costly")
    answer = json.loads(first)
    if "refused" in answer:
        raise Unfit(answer["refused"])
    sizes, begin = {}, 0
    for name, length in answer["sizes"].items():
        sizes[name] = rest[begin : begin + length]
        begin += length
    return Made(sizes, answer["width"], answer["height"])
