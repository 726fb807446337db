"""What became of a play."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Verdict:
    """`lost` and its neighbours hold one sentence for each thing that went wrong.

    `unclear`: a refusal that came late, or did not say in our one shape when to come again.
    `kinds` has the parts that it sums up.
    """

    acked: int
    lost: tuple[str, ...]
    duplicated: tuple[str, ...]
    out_of_order: tuple[str, ...]
    unknown: int
    unavailable_seconds: float
    unclear: tuple[str, ...] = ()
    kinds: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def lost_something(self) -> bool:
        """What a control must show: a refusal that is only unclear would prove nothing."""
        return bool(self.lost or self.duplicated or self.out_of_order)

    @property
    def is_clean(self) -> bool:
        return not (self.lost_something or self.unclear)

    def line(self) -> str:
        unclear = f"unclear {len(self.unclear)}, " if self.unclear else ""
        return (
            f"acked {self.acked}, lost {len(self.lost)}, duplicated {len(self.duplicated)}, "
            f"out of order {len(self.out_of_order)}, {unclear}unknown {self.unknown}, "
            f"unavailable {self.unavailable_seconds:.1f} s"
        )


def sum_of(verdicts: Sequence[Verdict]) -> Verdict:
    """Of several alike."""
    return Verdict(
        acked=sum(one.acked for one in verdicts),
        lost=tuple(word for one in verdicts for word in one.lost),
        duplicated=tuple(word for one in verdicts for word in one.duplicated),
        out_of_order=tuple(word for one in verdicts for word in one.out_of_order),
        unknown=sum(one.unknown for one in verdicts),
        unavailable_seconds=max((one.unavailable_seconds for one in verdicts), default=0.0),
        unclear=tuple(word for one in verdicts for word in one.unclear),
    )


def together(kinds: Mapping[str, Verdict]) -> Verdict:
    """Of one play in which several kinds of things went on."""
    return replace(sum_of(list(kinds.values())), kinds=kinds)
