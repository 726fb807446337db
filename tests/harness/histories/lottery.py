"""What happened in a drop whose places were drawn, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass

from tests.harness.histories.drop import CouponRow, FinalWord


@dataclass(frozen=True)
class Registered:
    """A customer asked for a place before the opening. `entry` is the ticket's name on the public list."""

    customer: int
    number: int
    entry: str


@dataclass(frozen=True)
class Drawn:
    """The first number that a customer's stream told."""

    customer: int
    number: int


@dataclass(frozen=True)
class PublicDraw:
    """What `GET …/draw` says, all its pages together."""

    commitment: str
    seed: str | None
    entries_digest: str | None
    entries: tuple[str, ...]


@dataclass(frozen=True)
class LotteryHistory:
    """`promised` stood in the event before its opening. `draw_py` is the exit code and the last line of the command
    that anyone can run, asked for the ticket of `witness`."""

    event_id: str
    quantity: int
    registered: tuple[Registered, ...]
    leaver: int
    late: int
    promised: str | None
    before: PublicDraw
    after: PublicDraw
    drawn: tuple[Drawn, ...]
    final_words: tuple[FinalWord, ...]
    rows: tuple[CouponRow, ...]
    witness: int
    draw_py: tuple[int, str]
