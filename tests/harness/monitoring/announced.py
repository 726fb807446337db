"""Whether people read of a trouble, in the right words, and of its end, and after how long."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from deploy.monitoring.rules.alert import Alert
from tests.harness.monitoring.troubles import Trouble
from tests.harness.monitoring.watched import Watched

WITHIN_SECONDS = 60.0
LOOKED_AT_EVERY_SECONDS = 0.5
_LABEL = re.compile(r"\{\{.*?\}\}")


@dataclass(frozen=True)
class Announced:
    """Seconds from the beginning to the message of it, and from the mend to that of the end; None: it never came."""

    trouble: Trouble
    after_seconds: float | None
    recovered_after_seconds: float | None
    wrong: tuple[str, ...] = ()

    def complaints(self) -> Iterator[str]:
        if self.after_seconds is None:
            yield f"{self.trouble.title}: nobody read of it within {WITHIN_SECONDS:.0f} s"
        elif self.recovered_after_seconds is None:
            yield f"{self.trouble.title}: nobody read of its end within {self.trouble.recovers_within_seconds:.0f} s"
        yield from (f"{self.trouble.title}: {one}" for one in self.wrong)

    def line(self) -> str:
        after, recovered = (
            "never" if seconds is None else f"after {seconds:.0f} s"
            for seconds in (self.after_seconds, self.recovered_after_seconds)
        )
        return f"{self.trouble.title}: {self.trouble.alert.name} was read {after}, its end {recovered}"


def announced(watched: Watched, trouble: Trouble, *, waits_for_the_end: bool = True) -> Announced:
    """Makes it happen until people could read of it, and mends it."""
    before = len(watched.embeds())
    began = time.monotonic()
    with trouble.happens():
        firing = f"{trouble.alert.severity.value.upper()}: {trouble.alert.name}"
        found = _awaited(lambda: watched.embed_of(firing, trouble.words, after=before), WITHIN_SECONDS)
        after_seconds = time.monotonic() - began
    if found is None:
        return Announced(trouble, None, None)
    wrong = tuple(what_is_missing(found, trouble.alert, watched))
    mended, resolved = time.monotonic(), f"RESOLVED: {trouble.alert.name}"
    if not waits_for_the_end:
        return Announced(trouble, after_seconds, 0.0, wrong)
    over = _awaited(lambda: watched.embed_of(resolved, after=before), trouble.recovers_within_seconds)
    return Announced(trouble, after_seconds, None if over is None else time.monotonic() - mended, wrong)


def what_is_missing(embed: dict[str, Any], alert: Alert, watched: Watched) -> Iterator[str]:
    """Of what whoever is woken needs: what it is, in both languages, where to look, and what to do."""
    text = embed["description"]
    for summary in (alert.korean, alert.english):
        if not all(part in text for part in _LABEL.split(summary)):
            yield f"the message does not say {summary!r}"
    needed = {
        "its runbook": f"Runbook: {alert.runbook}",
        "its dashboard": f"Dashboard: {watched.place.status_page.as_uri()}#{alert.dashboard}",
        "what is to be done": alert.annotations()["do"].splitlines()[0],
    }
    yield from (f"the message does not name {what}" for what, words in needed.items() if words not in text)


def _awaited(look: Callable[[], dict[str, Any] | None], seconds: float) -> dict[str, Any] | None:
    until = time.monotonic() + seconds
    while (found := look()) is None and time.monotonic() < until:
        time.sleep(LOOKED_AT_EVERY_SECONDS)
    return found
