"""Guards that a control takes away: a copy of a package of ours without one of them has to lose something."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NamedTuple

from deploy.local.places import SERVICES
from tests.faults.places import FAULTS, QUEUE_FOLDER

SHARED = ("contracts", "kit")


class Guard(NamedTuple):
    """`was` stands once in `file` of a package; a control has `becomes` there instead."""

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


def kit_without(*guards: Guard) -> dict[str, str]:
    """The environment in which all processes of ours have a copy of contracts and kit that lacks these.

    Files are named from the folder of either.
    """
    folder = FAULTS / "spoiled" / guards[0].name
    shutil.rmtree(folder, ignore_errors=True)
    for name in SHARED:
        shutil.copytree(SERVICES / name, folder / name, ignore=shutil.ignore_patterns("tests", ".*"))
    for guard in guards:
        (path,) = (folder / name / guard.file for name in SHARED if (folder / name / guard.file).exists())
        path.write_text(guard.taken_from(path.read_text()))
    return {"PYTHONPATH": os.pathsep.join(str(folder / name) for name in SHARED)}
