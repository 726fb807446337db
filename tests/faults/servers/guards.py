"""Guards of the queue that a control takes away: a copy of its package without one of them has to lose something."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

from tests.faults.places import FAULTS, QUEUE_FOLDER


class Guard(NamedTuple):
    """`was` stands once in `file` of the package `coupon_queue`; a control has `becomes` there instead."""

    name: str
    file: str
    was: str
    becomes: str

    def taken_from(self, text: str) -> str:
        if text.count(self.was) != 1:
            raise RuntimeError(f"the guard of {self.name} is not where it was in {self.file}: look for it anew")
        return text.replace(self.was, self.becomes)


def without(guard: Guard) -> Path:
    """The folder of a copy of the queue's package in which one guard is missing. Only controls run it."""
    folder = FAULTS / "spoiled" / guard.name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(QUEUE_FOLDER / "coupon_queue", folder / "coupon_queue")
    path = folder / "coupon_queue" / guard.file
    path.write_text(guard.taken_from(path.read_text()))
    return folder
