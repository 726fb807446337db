"""Where one person stands, as the scripts answer it (`place_of` in prelude.lua)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

FINAL_STATES = frozenset({"issued", "refused", "sold-out", "closed", "left"})


class Place(NamedTuple):
    """`ahead` is None in a final state; `seq` and `admitted` are what the next frame's arithmetic starts from."""

    state: str
    number: int
    ahead: int | None
    seq: int
    admitted: int
    rate: float
    serial: int | None = None
    coupon_id: str | None = None
    reason: str | None = None

    @classmethod
    def read(cls, answer: Sequence[str]) -> Place:
        state, number, ahead, seq, admitted, rate, serial, coupon_id, reason = answer
        return cls(
            state=state,
            number=int(number),
            ahead=int(ahead) if ahead else None,
            seq=int(seq),
            admitted=int(admitted),
            rate=float(rate),
            serial=int(serial) if serial else None,
            coupon_id=coupon_id or None,
            reason=reason or None,
        )

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES
