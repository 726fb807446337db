"""A deployer may be killed at any moment: whoever comes after it can continue, or take everything back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deploy.local.rolling import journal
from deploy.local.rolling.carrying_out import ONE_BY_ONE, Beside, Outcome, carry_out
from deploy.local.rolling.journal import Journal, unfinished
from deploy.local.rolling.plan import Act, Step, Wave, way_back
from tests.deploy.rolling.fake_world import NEW, OLD, FakeWorld, Killed

WAVES = (("main-1", "queue-1"), ("main-2", "queue-2"), ("chat-worker",))
BAD = (None, "try out", f"migrate {NEW}", f"start queue-1 {NEW}", f"start chat-worker {NEW}", "bake main-2 queue-2")
# More than a deploy and its way back have.
MOMENTS = 100


def _watch(_step: Step, do: Callable[[], None]) -> None:
    do()


def _begin(folder: Path) -> Journal:
    return Journal.begin(folder, new=NEW, old=OLD, waves=WAVES, by="a test")


def _go_on(folder: Path, world: FakeWorld, *, back: bool) -> Outcome | None:
    """As `make deploy CONTINUE=1` or `make rollback` do; None when there is nothing to go on with."""
    begun = unfinished(folder)
    if begun is None:
        return None
    if back:
        begun.turn("somebody asked for it")
    return carry_out(begun, world, watch=_watch, beside=ONE_BY_ONE)


def test_a_deploy_that_nobody_disturbs_ends_with_the_new_release_everywhere(tmp_path: Path) -> None:
    world = FakeWorld(WAVES)

    outcome = carry_out(_begin(tmp_path), world, watch=_watch)

    assert outcome is Outcome.DONE
    assert world.is_whole(NEW)
    assert world.fewest_running == len(world.names) - 2, "no more than one wave is away at a time"


@pytest.mark.parametrize("starting", [1, 2])
def test_no_more_start_side_by_side_than_leave_processors_to_those_that_serve(tmp_path: Path, starting: int) -> None:
    class Slow(FakeWorld):
        now, most = 0, 0

        def start(self, name: str) -> None:
            self.now += 1
            self.most = max(self.most, self.now)
            sleep(0.05)
            super().start(name)
            self.now -= 1

    world = Slow(WAVES)

    outcome = carry_out(_begin(tmp_path), world, watch=_watch, beside=Beside(starting=starting))

    assert (outcome, world.most) == (Outcome.DONE, starting)


@pytest.mark.parametrize("bad_at", BAD[1:])
def test_a_bad_release_is_taken_back_without_anybody(tmp_path: Path, bad_at: str) -> None:
    world = FakeWorld(WAVES, bad_at=bad_at)

    outcome = carry_out(_begin(tmp_path), world, watch=_watch)

    assert outcome is Outcome.TAKEN_BACK
    assert world.is_whole(OLD)
    assert unfinished(tmp_path) is None


@pytest.mark.parametrize(
    ("bad_at", "touched"), [("try out", []), (f"start queue-1 {NEW}", ["queue-1", "main-1"])], ids=["trial", "wave"]
)
def test_the_way_back_says_only_what_it_does(tmp_path: Path, bad_at: str, touched: list[str]) -> None:
    world, steps = FakeWorld(WAVES, bad_at=bad_at), list[Step]()

    def watch(step: Step, do: Callable[[], None]) -> None:
        steps.append(step)
        do()

    carry_out(_begin(tmp_path), world, watch=watch)

    back = [step for step in steps if step.release == OLD]
    assert {name for step in back for name in step.wave} == set(touched)


@given(
    kills=st.lists(st.integers(0, MOMENTS), max_size=4),
    bad_at=st.sampled_from(BAD),
    back=st.lists(st.booleans(), min_size=5, max_size=5),
)
@settings(deadline=None, max_examples=150)
@example(kills=[1, 1], bad_at=None, back=[False, False, False, False, False])
def test_whoever_is_killed_wherever_can_be_continued_and_taken_back(
    kills: list[int], bad_at: str | None, back: list[bool]
) -> None:
    """One after the other is killed, each at its own moment, and the last one is let finish."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        world = FakeWorld(WAVES, bad_at=bad_at)
        _begin(folder)
        for kill_at, turns in zip(kills, back, strict=False):
            world.killed_at(kill_at)
            with suppress(Killed):
                _go_on(folder, world, back=turns)
        world.killed_at(None)

        _go_on(folder, world, back=back[-1])

        assert unfinished(folder) is None
        assert world.is_whole(NEW) or world.is_whole(OLD)


@pytest.mark.parametrize("back", [False, True], ids=["continue", "roll back"])
def test_after_a_kill_at_each_single_moment_both_ways_come_to_their_end(tmp_path: Path, back: bool) -> None:
    for moment in range(MOMENTS):
        folder = tmp_path / str(moment)
        world = FakeWorld(WAVES, kill_at=moment)
        _begin(folder)
        with suppress(Killed):
            _go_on(folder, world, back=False)
        if unfinished(folder) is None:
            assert moment > 3 * len(world.names), "it was killed more often than it does something"
            return
        world.killed_at(None)

        assert _go_on(folder, world, back=back) is (Outcome.TAKEN_BACK if back else Outcome.DONE)
        assert world.is_whole(OLD if back else NEW), f"killed at {moment}"
    raise AssertionError("it did not come to its end")


def test_a_line_that_was_cut_is_as_if_it_had_not_been_written(tmp_path: Path) -> None:
    world = FakeWorld(WAVES)
    carry_out(_begin(tmp_path / "whole"), world, watch=_watch)
    [path] = (tmp_path / "whole").glob("*")
    text = path.read_bytes()
    first = text.index(b"\n") + 1

    for length in range(first, len(text) - 1, 11):
        folder = tmp_path / "cut"
        folder.mkdir(exist_ok=True)
        (folder / path.name).write_bytes(text[:length])

        assert _go_on(folder, world, back=True) is Outcome.TAKEN_BACK
        assert world.is_whole(OLD)


def test_a_way_back_that_forgets_one_kind_of_step_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: whoever was held when the deployer died would be held for ever."""

    def forgetful(release: str, waves: Sequence[Wave]) -> list[Step]:
        return [step for step in way_back(release, waves) if step.act is not Act.LET_GO]

    monkeypatch.setattr(journal, "way_back", forgetful)
    world = FakeWorld(WAVES, kill_at=3)
    _begin(tmp_path)
    with suppress(Killed):
        _go_on(tmp_path, world, back=False)
    world.killed_at(None)

    _go_on(tmp_path, world, back=True)

    assert not world.is_whole(OLD)
