"""Where one person stands, as the scripts answer it (`place_of` in prelude.lua)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from coupon_queue.eta import EtaPerPlace

FINAL_STATES = frozenset({"issued", "refused", "sold-out", "closed", "left"})


class Place(NamedTuple):
    """`ahead` is None in a final state; `seq` and `admitted` are what the next frame's arithmetic starts from."""

    state: str
    number: int
    ahead: int | None
    seq: int
    admitted: int
    eta_per_place: EtaPerPlace | None = None
    serial: int | None = None
    coupon_id: str | None = None
    reason: str | None = None

    @classmethod
    def read(cls, answer: Sequence[str]) -> Place:
        state, number, ahead, seq, admitted, per_place, serial, coupon_id, reason = answer
        return cls(
            state=state,
            number=int(number),
            ahead=int(ahead) if ahead else None,
            seq=int(seq),
            admitted=int(admitted),
            eta_per_place=EtaPerPlace.read(per_place),
            serial=int(serial) if serial else None,
            coupon_id=coupon_id or None,
            reason=reason or None,
        )

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES
