"""What the cases of F15 share: a system with its monitoring beside it, and what people could read."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from deploy.local.monitoring.pipeline import install
from deploy.local.monitoring.place import RULES
from deploy.local.settings.profiles import Profile
from tests.faults.cases.case import Case
from tests.faults.checkers.verdict import Verdict
from tests.faults.places import FAULTS, NOTHING_GIVEN
from tests.faults.whole_play import Plan, Play, play_whole
from tests.faults.whole_system import Parts, WholeSystem, whole_system
from tests.harness.monitoring.announced import WITHIN_SECONDS, Announced, announced
from tests.harness.monitoring.troubles import Trouble
from tests.harness.monitoring.watched import Watched, watching

Troubles = Callable[[WholeSystem], Sequence[Trouble]]
# The next trouble does not wait for an end that comes later than this.
LATE_SECONDS = 120.0
RENAMED = "_as_it_was_called_before"
known_to_people = partial(
    Case,
    row="F15",
    promise="within 60 s people read of it in both languages, with what to do, and then of its end; nothing is lost",
    guard="rules that ask for the metrics by the names that they have",
    unavailable_seconds_max=WITHIN_SECONDS,
    needs_ground=False,
)


@contextmanager
def watched_system(
    profile: Profile, *, rules_of: Callable[[WholeSystem], Path] = lambda _: RULES
) -> Iterator[tuple[WholeSystem, Watched]]:
    """With what takes logs and spans, where it was built."""
    pipeline = install.is_installed()
    with whole_system(Parts(), profile) as system, tempfile.TemporaryDirectory() as folder:
        rules = rules_of(system)
        with watching(profile, NOTHING_GIVEN, Path(folder), rules=rules, with_pipeline=pipeline) as watched:
            yield system, watched


async def all_are_read_of(profile: Profile, plan: Plan, troubles: Troubles) -> Verdict:
    """One after the other, but for those of whose end people read minutes later: these go on beside the others."""
    found: list[Announced] = []
    with watched_system(profile) as (system, watched):

        async def fault(play: Play) -> None:
            wanted = troubles(system)
            late = [one for one in wanted if one.recovers_within_seconds > LATE_SECONDS]
            beside = [asyncio.create_task(_tried(watched, one)) for one in late]
            found.extend([await _tried(watched, one) for one in wanted if one not in late])
            found.extend(await asyncio.gather(*beside))
            await play.opened.let_all_in()

        verdict = await play_whole(system, plan, fault)
    read = of_what_was_read(found)
    return replace(
        verdict,
        acked=verdict.acked + read.acked,
        lost=(*verdict.lost, *read.lost),
        unavailable_seconds=read.unavailable_seconds,
        kinds={**verdict.kinds, "messages": read},
    )


async def nobody_reads_of_them(profile: Profile, plan: Plan, troubles: Troubles) -> Verdict:
    """By rules that ask for the metrics by names that nobody has. What else is lost meanwhile proves nothing."""
    found: list[Announced] = []

    def spoiled(system: WholeSystem) -> Path:
        return renamed_rules(FAULTS / "spoiled" / "rules.yml", [one.asks for one in troubles(system)])

    with watched_system(profile, rules_of=spoiled) as (system, watched):

        async def fault(play: Play) -> None:
            found.extend([await _tried(watched, one) for one in troubles(system)])
            await play.opened.let_all_in()

        await play_whole(system, plan, fault)
    return of_what_was_read(found)


def renamed_rules(path: Path, asks: Sequence[str]) -> Path:
    """The rules as they were if these metrics had been renamed since."""
    text = RULES.read_text(encoding="utf-8")
    for name in asks:
        if name not in text:
            raise RuntimeError(f"no rule asks for {name} any more: look for it anew")
        text = text.replace(name, f"{name}{RENAMED}")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def of_what_was_read(found: Sequence[Announced]) -> Verdict:
    """Acked are the messages that came; unavailable is the longest that anybody could not know of a trouble."""
    came = [seconds for one in found for seconds in (one.after_seconds, one.recovered_after_seconds)]
    waits = [WITHIN_SECONDS if one.after_seconds is None else one.after_seconds for one in found]
    complaints = tuple(complaint for one in found for complaint in one.complaints())
    return Verdict(sum(one is not None for one in came), complaints, (), (), 0, max(waits, default=0.0))


async def _tried(watched: Watched, trouble: Trouble) -> Announced:
    found = await asyncio.to_thread(announced, watched, trouble)
    print(f"  {found.line()}", flush=True)
    return found
