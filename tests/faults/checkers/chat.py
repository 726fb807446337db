"""What the history of one chat room shows: acknowledged means stored once, in order, and heard by everybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.faults.checkers.tries import Try, Window, acknowledged, longest_wait, unclear_refusals, unknown
from tests.faults.checkers.verdict import Verdict, sum_of
from tests.faults.history import Outcome

Place = tuple[int, int]


@dataclass(frozen=True)
class Message:
    """A message, as a socket or the room's history gives it. `name` is the client's own id of it."""

    place: Place
    name: str
    text: str


@dataclass(frozen=True)
class RoomHistory:
    """`tries` by the person who said it, each wish a message's name and each result its place.

    `received` has for each device what it received, in the order of arrival. `skipped` has the
    stretches (after, up to and with) that a device was told to read in history instead (`recovered: false`).
    """

    room: str
    tries: Mapping[str, Sequence[Try]]
    texts: Mapping[str, str]
    received: Mapping[str, Sequence[Message]]
    stored: Sequence[Message]
    skipped: Mapping[str, Sequence[tuple[Place, Place]]]


def judge_chat(rooms: Iterable[RoomHistory], *, windows: Sequence[Window]) -> Verdict:
    """Unavailable is the longest that one message waited for its acknowledgement within `windows`."""
    return sum_of([_judge_room(room, windows=windows) for room in rooms])


def place_of(cursor: str) -> Place:
    epoch, offset = cursor.split("-")
    return int(epoch), int(offset)


def _judge_room(room: RoomHistory, *, windows: Sequence[Window]) -> Verdict:
    tries = [one for some in room.tries.values() for one in some]
    return Verdict(
        acked=len(acknowledged(tries)),
        lost=tuple(f"room {room.room}: {what}" for what in _lost(room, tries)),
        duplicated=tuple(f"room {room.room}: {what}" for what in _duplicated(room)),
        out_of_order=tuple(f"room {room.room}: {what}" for what in _out_of_order(room)),
        unknown=unknown(tries),
        unavailable_seconds=longest_wait(tries, windows),
        unclear=tuple(unclear_refusals(tries)),
    )


def _lost(room: RoomHistory, tries: Sequence[Try]) -> Iterator[str]:
    stored = {message.name: message for message in room.stored}
    for name, cursor in acknowledged(tries).items():
        if name not in stored:
            yield f"message {name} was acknowledged at {cursor} and is not in history"
        elif stored[name].place != place_of(cursor):
            yield f"message {name} was acknowledged at {cursor} and is in history at {stored[name].place}"
    for name, message in stored.items():
        if room.texts.get(name) != message.text:
            yield f"history has message {name}, which nobody said so"
    yield from _unheard(room)


def _unheard(room: RoomHistory) -> Iterator[str]:
    for device, received in room.received.items():
        names = {message.name for message in received}
        for message in room.stored:
            if message.name not in names and not _was_skipped(message, room.skipped.get(device, ())):
                yield f"{device} never heard message {message.name}"


def _was_skipped(message: Message, stretches: Sequence[tuple[Place, Place]]) -> bool:
    return any(after < message.place <= upto for after, upto in stretches)


def _duplicated(room: RoomHistory) -> Iterator[str]:
    for name in _repeated(message.name for message in room.stored):
        yield f"message {name} is in history twice"
    for device, received in room.received.items():
        for name in _repeated(message.name for message in received):
            yield f"{device} heard message {name} twice"


def _out_of_order(room: RoomHistory) -> Iterator[str]:
    for what, row in (("history", room.stored), *room.received.items()):
        for one, other in pairwise(row):
            if one.place > other.place:
                yield f"{what} has {one.name} at {one.place} before {other.name} at {other.place}"
    for person, tries in room.tries.items():
        yield from _answered_later_but_earlier(person, tries)


def _answered_later_but_earlier(person: str, tries: Sequence[Try]) -> Iterator[str]:
    """Whoever says something after an acknowledgement says it after the acknowledged."""
    began: dict[str, float] = {}
    for one in tries:
        began[one.wish] = min(one.began, began.get(one.wish, one.began))
    highest: Place = (0, -1)
    acks = sorted((one for one in tries if one.outcome is Outcome.OK and one.result), key=lambda one: one.ended)
    waiting = list(acks)
    for name, cursor in sorted(acknowledged(tries).items(), key=lambda pair: began[pair[0]]):
        while waiting and waiting[0].ended < began[name]:
            highest = max(highest, place_of(waiting.pop(0).result or ""))
        if place_of(cursor) < highest:
            yield f"{person} said {name} after {highest} was acknowledged, and it came before"


def _repeated(names: Iterable[str]) -> list[str]:
    return sorted(name for name, times in Counter(names).items() if times > 1)
