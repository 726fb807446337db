"""Was the line told truly? What every customer was shown while waiting, on every frame."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from tests.harness.histories.drop import DropHistory, FrameSeen, Sighting
from tests.harness.statements import Finding, none_of, repeated


def numbers_come_from_one_counter(history: DropHistory) -> Finding:
    """No number twice, none left out."""
    numbers = [join.number for join in history.joined if not join.again]
    wrong = [*repeated(numbers), *(set(numbers) ^ set(range(1, len(numbers) + 1)))]
    return none_of(wrong, but=f"numbers 1 to {len(numbers)}")


def a_place_is_kept(history: DropHistory) -> Finding:
    """Pressing again, a refresh and a second device all find the same number."""
    first = {join.customer: join.number for join in history.joined if not join.again}
    again = [join for join in history.joined if join.again]
    seen = {(sighting.customer, sighting.number) for sighting in history.sightings}
    wrong = [(join.customer, join.number) for join in again if first.get(join.customer) != join.number]
    wrong += [pair for pair in seen if first.get(pair[0]) != pair[1]]
    streams = {(sighting.customer, sighting.stream) for sighting in history.sightings}
    more = len(streams) - len({customer for customer, _ in streams})
    if not again or not more:
        return Finding(holds=False, evidence=f"{len(again)} pressed again, {more} more streams: nothing to see")
    return none_of(wrong, but=f"{len(again)} pressed again, {more} more streams than customers")


def every_waiting_customer_saw_the_line(history: DropHistory) -> Finding:
    saw = {sighting.customer for sighting in history.sightings}
    return none_of(history.customers - saw, but=f"{len(history.sightings)} sightings")


def people_ahead_is_never_negative(history: DropHistory) -> Finding:
    wrong = [_shown(sighting) for sighting in history.sightings if sighting.sum < 0]
    return none_of(wrong, but=f"{len(history.sightings)} sightings")


def people_ahead_only_falls(history: DropHistory) -> Finding:
    """It rises only by those who had departed and took their place in front of me again."""
    wrong = [
        f"{_shown(before)} then {_shown(after)}"
        for track in _tracks(history).values()
        for before, after in pairwise(track)
        if after.sum > before.sum + after.came_back_below
    ]
    return none_of(wrong, but=f"{len(history.sightings)} sightings")


def people_ahead_is_zero_when_served(history: DropHistory) -> Finding:
    """By the frames' sums, and by the place that calls a customer."""
    passed = [sighting for sighting in history.sightings if sighting.serving >= sighting.number]
    if not history.called:
        return Finding(holds=False, evidence="nobody was seen being called")
    wrong = [_shown(sighting) for sighting in passed if sighting.sum != 0]
    wrong += [f"number {call.number} called: {call.ahead}" for call in history.called if call.ahead != 0]
    return none_of(wrong, but=f"{len(history.called)} called, {len(passed)} sightings when served")


def people_ahead_equals_a_recount(history: DropHistory) -> Finding:
    """Counted anew from who joined and who departed, not from the server's own sums."""
    standing = _standing_at_each_frame(history)
    waiting = [
        sighting for sighting in history.sightings if sighting.seq in standing and sighting.serving < sighting.number
    ]
    if not waiting:
        return Finding(holds=False, evidence="nobody was seen waiting")
    wrong = [
        f"{_shown(sighting)} but {counted}"
        for sighting in waiting
        if (counted := bisect_left(standing[sighting.seq], sighting.number)) != sighting.sum
    ]
    return none_of(wrong, but=f"{len(waiting)} sightings at {len(standing)} frames recounted")


def all_devices_of_a_customer_show_the_same(history: DropHistory) -> Finding:
    shown: dict[tuple[int, int], set[int]] = defaultdict(set)
    for sighting in history.sightings:
        shown[sighting.customer, sighting.seq].add(sighting.sum)
    wrong = [f"customer {key[0]} at frame {key[1]}: {sums}" for key, sums in shown.items() if len(sums) > 1]
    return none_of(wrong, but=f"{len(shown)} customers at frames")


def everybody_got_the_same_frames(history: DropHistory) -> Finding:
    distinct = {(frame.seq, frame.fingerprint) for frame in history.frames}
    return none_of(repeated(seq for seq, _ in distinct), but=f"{len(distinct)} frames")


def stock_is_never_below_zero(history: DropHistory) -> Finding:
    wrong = [frame.seq for frame in history.frames if frame.stock_left < 0]
    return none_of(wrong, but=f"{len(history.frames)} frames")


def the_serving_number_never_goes_back(history: DropHistory) -> Finding:
    frames = sorted(history.frames, key=lambda frame: frame.seq)
    wrong = [later.seq for earlier, later in pairwise(frames) if later.serving < earlier.serving]
    return none_of(wrong, but=f"{len(frames)} frames")


def _shown(sighting: Sighting) -> str:
    return f"number {sighting.number} at frame {sighting.seq}: {sighting.sum}"


def _tracks(history: DropHistory) -> dict[tuple[int, int], list[Sighting]]:
    """The sightings of each stream in the order of its frames."""
    tracks: dict[tuple[int, int], list[Sighting]] = defaultdict(list)
    for sighting in sorted(history.sightings, key=lambda one: one.seq):
        tracks[sighting.customer, sighting.stream].append(sighting)
    return tracks


def _standing_at_each_frame(history: DropHistory) -> dict[int, list[int]]:
    """For each frame, the numbers that wait: given out, not served yet, and not departed up to that frame.

    Only frames from the first seen without a hole: before a hole nobody knows who departed in it.
    """
    given = sorted({join.number for join in history.joined})
    gone: set[int] = set()
    standing: dict[int, list[int]] = {}
    for frame in _frames_in_a_row(history):
        gone |= {number for first, last in frame.departed for number in range(first, last + 1)}
        gone -= set(frame.returned)
        standing[frame.seq] = [number for number in given if number > frame.serving and number not in gone]
    return standing


def _frames_in_a_row(history: DropHistory) -> Iterator[FrameSeen]:
    by_seq = {frame.seq: frame for frame in history.frames}
    seq = min(by_seq, default=0)
    while seq in by_seq:
        yield by_seq[seq]
        seq += 1


CLAIMS = (
    numbers_come_from_one_counter,
    a_place_is_kept,
    every_waiting_customer_saw_the_line,
    people_ahead_is_never_negative,
    people_ahead_only_falls,
    people_ahead_is_zero_when_served,
    people_ahead_equals_a_recount,
    all_devices_of_a_customer_show_the_same,
    everybody_got_the_same_frames,
    stock_is_never_below_zero,
    the_serving_number_never_goes_back,
)
