"""The sum a customer's device does for itself is the true number of people ahead."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.harness.line_position import Frame, FrameMissing, LinePosition, Place, count_below

pytestmark = pytest.mark.unit


@dataclass
class ModelLine:
    """A line as simple as can be: who stands in it, and what changed since the last frame."""

    waiting: list[int] = field(default_factory=list)
    admitted: int = 0
    serving: int = 0
    seq: int = 0
    departed: list[int] = field(default_factory=list)
    returned: list[int] = field(default_factory=list)

    def place_of(self, number: int) -> Place:
        """As of the last frame: departures that no frame has told yet still stand ahead."""
        untold = sum(gone < number for gone in self.departed) - sum(back < number for back in self.returned)
        ahead = sum(other < number for other in self.waiting) + untold
        return Place(self.seq, number, ahead, self.admitted, "waiting", coupon_id=None, serial=None, reason=None)

    def serve_one(self) -> None:
        if self.waiting:
            self.serving = self.waiting.pop(0)
            self.admitted += 1

    def leave(self, index: int) -> None:
        if self.waiting:
            number = self.waiting.pop(index % len(self.waiting))
            self.departed.append(number)

    def frame(self) -> Frame:
        self.seq += 1
        ranges = tuple((number, number) for number in sorted(self.departed))
        frame = Frame(self.seq, "open", self.serving, self.admitted, len(self.waiting), 9, ranges, tuple(self.returned))
        self.departed, self.returned = [], []
        return frame


@given(
    size=st.integers(2, 40),
    mine=st.integers(1, 40),
    before_place=st.lists(st.integers(0, 60), max_size=8),
    steps=st.lists(st.one_of(st.none(), st.just("serve"), st.integers(0, 60)), max_size=60),
)
def test_the_sum_is_the_number_of_people_ahead_at_every_frame(
    size: int, mine: int, before_place: list[int], steps: list[str | int | None]
) -> None:
    line = ModelLine(waiting=list(range(1, size + 1)))
    for index in before_place:
        line.leave(index)
    number = line.waiting[mine % len(line.waiting)] if line.waiting else 1
    position = LinePosition(line.place_of(number))

    for step in [*steps, None]:
        if step == "serve":
            line.serve_one()
        elif isinstance(step, int):
            line.leave(step)
        else:
            position.on_frame(line.frame())
            if number in line.waiting:
                assert position.sum == line.waiting.index(number)
            elif line.serving >= number:
                assert position.ahead == 0


def test_somebody_who_takes_a_place_in_front_again_counts_again() -> None:
    position = LinePosition(_place(seq=4, number=10, ahead=5))

    position.on_frame(_frame(seq=5, departed=((2, 4),)))
    gone = position.ahead
    position.on_frame(_frame(seq=6, returned=(3, 11)))

    assert (gone, position.ahead) == (2, 3)


def test_a_frame_that_the_place_already_knew_is_passed_over() -> None:
    position = LinePosition(_place(seq=4, number=10, ahead=5))

    taken = position.on_frame(_frame(seq=4, departed=((1, 2),)))

    assert not taken
    assert position.ahead == 5


def test_a_hole_between_frames_is_a_reason_to_connect_again() -> None:
    position = LinePosition(_place(seq=4, number=10, ahead=5))

    with pytest.raises(FrameMissing):
        position.on_frame(_frame(seq=6))


def test_nobody_is_ahead_of_the_one_who_is_served_whatever_was_admitted_behind() -> None:
    position = LinePosition(_place(seq=4, number=10, ahead=5))

    position.on_frame(_frame(seq=5, admitted=40, serving=40))

    assert position.sum == 0


def test_a_sum_below_zero_can_be_seen_by_a_checker_and_is_not_shown() -> None:
    position = LinePosition(_place(seq=4, number=10, ahead=1))

    position.on_frame(_frame(seq=5, departed=((1, 3),)))

    assert position.sum == -2
    assert position.ahead == 0


@pytest.mark.parametrize(("number", "counted"), [(1, 0), (3, 1), (5, 3), (9, 4), (20, 5)])
def test_only_departures_in_front_are_counted(number: int, counted: int) -> None:
    assert count_below(((2, 4), (8, 9)), number) == counted


def _place(*, seq: int, number: int, ahead: int) -> Place:
    return Place(seq, number, ahead, 0, "waiting", coupon_id=None, serial=None, reason=None)


def _frame(
    *,
    seq: int,
    admitted: int = 0,
    serving: int = 0,
    departed: tuple[tuple[int, int], ...] = (),
    returned: tuple[int, ...] = (),
) -> Frame:
    return Frame(seq, "open", serving, admitted, 0, 9, departed, returned)


def test_the_band_follows_the_newest_frame_and_is_rounded_outwards() -> None:
    position = LinePosition(_place(seq=1, number=50, ahead=40))
    assert position.eta is None

    position.on_frame(replace(_frame(seq=2, admitted=1), eta_per_place=(0.36, 0.74)))
    band = position.eta
    position.on_frame(_frame(seq=3, admitted=2))

    assert band == (14, 30)
    assert position.eta is None
