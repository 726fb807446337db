"""`make rotate KEY=tokens`: exchanges a key under running processes, each step only when all have taken the last.

Nobody is signed out: what the old key signed is read until it is over. `FINISH=1` ends that, and refuses while
something may still come back that the old key signed.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.failure import CannotGoOn
from deploy.local.run.probes import HOST
from deploy.local.settings.key_files import Ring, State, rings
from deploy.local.settings.profiles import Profile
from deploy.processes import Process
from salon_kit.key_rings import SIGNS, KeyUse

Say = Callable[[str], None]

# The longest that something lives which a key signed (tests/deploy/test_key_files.py holds them to the code).
LIVES_SECONDS = {"tokens": 10 * 60 + 30, "django": 12 * 3600, "tickets": 60}
WHAT_LIVES = {
    "tokens": "access tokens live for 10 minutes",
    "django": "an operator's session at the admin lives for 12 hours",
    "tickets": "a ticket proves a place for as long as somebody waits in a line",
}
_COST = {
    "tokens": "clients refresh their access tokens, and nobody signs in again",
    "django": "operators who did not come by since sign in at the admin again",
    "tickets": "who waits keeps the place, but cannot prove it if Redis is lost; a lottery not drawn yet is drawn anew",
}
# Which services read with the keys of a ring, and which one signs.
READERS = {"tokens": ("main", "queue"), "django": ("main",), "tickets": ("queue",)}
SIGNER = {"tokens": "main", "django": "main", "tickets": "queue"}
TAKEN_SECONDS = 90.0
_ASK_SECONDS = 5.0


class Answer(NamedTuple):
    """What a process says of itself at /metrics. `waiting` counts people in lines, at the one that leads."""

    keys: frozenset[KeyUse]
    waiting: int


def rotate(profile: Profile, key: str, *, finish: bool, force: bool, say: Say) -> None:
    """Raises CannotGoOn. Whatever it says, it may be run again."""
    ring = ring_named(profile, key)
    if finish:
        _finish(profile, ring, force=force, say=say)
        return
    if ring.state() is not State.NEW_SIGNS:
        ring.announce()
        say(f"{key}: {ring.state().value}")
        await_taken(profile, ring, say=say)
        ring.sign()
    say(f"{key}: {ring.state().value}")
    await_taken(profile, ring, say=say)
    say(f"{key}: {WHAT_LIVES[key]}; make rotate KEY={key} FINISH=1 drops the old key{_when(_seconds_left(ring))}")


def ring_named(profile: Profile, key: str) -> Ring:
    known = rings(profile.keys)
    if key not in known:
        raise CannotGoOn(what=f"KEY={key}", why="there is no such key", do=f"give one of {', '.join(known)}")
    return known[key]


def _finish(profile: Profile, ring: Ring, *, force: bool, say: Say) -> None:
    if ring.state() is not State.NEW_SIGNS:
        why = f"nothing is to be finished: {ring.state().value}"
        raise CannotGoOn(what=f"{ring.name}", why=why, do=f"make rotate KEY={ring.name} first")
    if not force:
        _insist_on_nothing_left(profile, ring)
    await_taken(profile, ring, say=say)
    ring.drop()
    await_taken(profile, ring, say=say)
    say(f"{ring.name}: {ring.state().value}; what the old key signed is refused")


def _insist_on_nothing_left(profile: Profile, ring: Ring) -> None:
    """Raises CannotGoOn while something may come back that the old key signed."""
    do = f"wait, or say FORCE=1 when the old key is known to others: {_COST[ring.name]}"
    left = _seconds_left(ring)
    if left > 0:
        raise CannotGoOn(
            what=f"{ring.name}: the old key", why=f"{WHAT_LIVES[ring.name]}: {_in_words(left)} left", do=do
        )
    waiting = sum(answer.waiting for answer in answers(profile, ring.name).values() if answer)
    if ring.name == "tickets" and waiting:
        raise CannotGoOn(what="tickets: the old key", why=f"{waiting} people wait in lines with tickets of it", do=do)


def await_taken(profile: Profile, ring: Ring, *, say: Say, seconds: float = TAKEN_SECONDS) -> None:
    """Until every running process does with its keys what the files say. Raises CannotGoOn with who does not."""
    until = time.monotonic() + seconds
    while True:
        asked = answers(profile, ring.name)
        behind = sorted(
            name for name, answer in asked.items() if not answer or not _agrees(ring, name, answer, profile)
        )
        if not behind:
            say(f"{ring.name}: taken by {', '.join(sorted(asked)) or 'nobody, as nothing runs'}")
            return
        if time.monotonic() > until:
            why = (
                f"{', '.join(behind)} did not take it within {seconds:.0f} s; nobody is signed out, both keys are good"
            )
            raise CannotGoOn(what=f"{ring.name}: {ring.state().value}", why=why, do="read their logs, and run it again")
        time.sleep(0.5)


def _agrees(ring: Ring, name: str, answer: Answer, profile: Profile) -> bool:
    wanted = {use for use in ring.uses() if use.use != SIGNS or _service(profile, name) == SIGNER[ring.name]}
    return {use for use in answer.keys if use.ring == ring.name} == wanted


def answers(profile: Profile, ring: str) -> Mapping[str, Answer | None]:
    """Of each running process that has these keys; None of one that listens and does not answer."""
    found: dict[str, Answer | None] = {}
    for process in _holders(profile, ring):
        try:
            found[process.name] = _ask(profile.port(process.name))
        except ConnectionRefusedError:
            continue  # it does not run; when it starts it reads the files as they are then
        except OSError:
            found[process.name] = None
    return found


def _holders(profile: Profile, ring: str) -> Iterable[Process]:
    for process in profile.topology.processes:
        serves_people = process.service == "queue" or "serve" in process.command
        if process.service in READERS[ring] and serves_people:
            yield process


def _ask(port: int) -> Answer:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/metrics", timeout=_ASK_SECONDS) as response:
            text = response.read().decode()
    except urllib.error.URLError as error:
        raise error.reason if isinstance(error.reason, OSError) else error from None
    keys, waiting = set(), 0.0
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name in {"main_keys", "queue_keys"}:
                keys.add(KeyUse(**sample.labels))
            waiting += sample.value if sample.name == "queue_waiting" else 0
    return Answer(frozenset(keys), int(waiting))


def _service(profile: Profile, name: str) -> str:
    return next(process.service for process in profile.topology.processes if process.name == name)


def _seconds_left(ring: Ring) -> float:
    return ring.signs_since() + LIVES_SECONDS[ring.name] - time.time()


def _when(left: float) -> str:
    return f", in {_in_words(left)}" if left > 0 else ""


def _in_words(seconds: float) -> str:
    return f"{seconds / 3600:.1f} hours" if seconds > 5400 else f"{seconds / 60:.0f} minutes"
