"""The three questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from deploy.local.install.steps import Step
from deploy.local.run.program import Program
from deploy.local.settings.profiles import Profile


class Engine(Protocol):
    """A module of this package; its constants are in capitals."""

    @property
    def KEY(self) -> str: ...  # noqa: N802

    @property
    def TITLE(self) -> str: ...  # noqa: N802

    @property
    def DEBIAN(self) -> Sequence[tuple[str, str]]:  # noqa: N802
        """Pairs of a command and the package of Debian stable that brings it."""
        ...

    def refusal(self) -> str | None:
        """Why it cannot be had on this machine; None when it can."""
        ...

    def steps(self) -> Sequence[Step]:
        """What installs it. Raises in a step when it turns out that it cannot be had after all."""
        ...

    def programs(self, profile: Profile, password: str) -> Sequence[Program]:
        """What runs, ready to serve database `salon`. `password` is that of MySQL's user of the same name."""
        ...
