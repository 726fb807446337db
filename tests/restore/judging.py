"""Was everything there that was promised? Sentences of what was not, and what was lost up to which second."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from deploy.local.backup.mysql.table_contents import differences
from tests.restore.held import Held, Mark
from tests.restore.writers import Acknowledged

Key = TypeVar("Key", str, int)
# MySQL's log is followed as fast as it is written. Kafka is lost with the place: what chat had acknowledged and its
# worker had not stored yet goes with it.
MYSQL_SECONDS, CHAT_SECONDS = 1.0, 5.0
# What `make restore` says where something is left.
PLACE_IN_USE = "is not empty, and nothing is written over"


@dataclass(frozen=True)
class Gone:
    """Of what was acknowledged. `seconds`: how long before the end the oldest of them was, 0 where none is."""

    count: int
    of: int
    seconds: float


def gone(acknowledged: Mapping[Key, float], there: Container[Key], *, end: float) -> Gone:
    missing = [at for one, at in acknowledged.items() if one not in there]
    return Gone(len(missing), len(acknowledged), max((end - at for at in missing), default=0.0))


def all_gone(acknowledged: Acknowledged, there: Held, *, end: float) -> dict[str, Gone]:
    return {
        "bookings": gone(acknowledged.bookings, there.bookings, end=end),
        "coupons": gone(acknowledged.coupons, there.coupons, end=end),
        "messages": gone(acknowledged.messages, there.messages, end=end),
    }


def wrong_at_mark(mark: Mark, found: Held) -> list[str]:
    """MySQL to the row; of chat each message that was there before, as it was, and none that came later."""
    then = mark.held
    wrong = differences(then.tables, found.tables)
    wrong += [f"message {one} is missing" for one in sorted(then.messages.keys() - found.messages.keys())]
    changed = (one for one, digest in then.messages.items() if found.messages.get(one, digest) != digest)
    wrong += [f"message {one} is another" for one in sorted(changed)]
    later = found.messages.keys() - mark.messages_after.keys()
    return wrong + [f"message {one} came after the moment" for one in sorted(later)]


def wrong_at_the_end(acknowledged: Acknowledged, mark: Mark, found: Held, *, end: float) -> Iterator[str]:
    """Within a moment of the end something may be lost; before that nothing may."""
    promised = {"bookings": MYSQL_SECONDS, "coupons": MYSQL_SECONDS, "messages": CHAT_SECONDS}
    for kind, lost in all_gone(acknowledged, found, end=end).items():
        if not lost.of:
            yield f"no {kind} were acknowledged: nothing is shown"
        if lost.seconds > promised[kind]:
            yield f"{kind}: {lost.count} lost, acknowledged up to {lost.seconds:.1f} s before the end"
    if missing := mark.held.messages.items() - found.messages.items():
        yield f"{len(missing)} messages from before the moment are not there as they were"
    if mark.held.bookings - found.bookings or mark.held.coupons - found.coupons:
        yield "bookings or coupons from before the moment are not there"
