"""What the loop promises, on a log in memory."""

from __future__ import annotations

import pytest
from members import POISON, TOPIC, UNREADABLE, Bench, record
from structlog.testing import capture_logs

from salon_kit import bounded_lines
from salon_kit.kafka.consumer_loop import ConsumerLoop, NotNow

pytestmark = pytest.mark.unit

HERE, THERE = (TOPIC, 0), (TOPIC, 1)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_what_is_there_is_applied_in_one_batch_and_then_committed(bench: Bench) -> None:
    bench.write(b"1", b"2", b"3")

    bench.step()

    assert bench.store.attempts == [[b"1", b"2", b"3"]]
    assert bench.source.commits == [{HERE: 3}]


def test_a_batch_has_a_limit() -> None:
    bench = Bench(batch_limit=5)
    bench.write(*[b"x"] * 7)

    bench.step()

    assert bench.source.committed == {HERE: 5}


def test_while_a_server_is_away_the_same_batch_waits_and_nothing_is_passed_over(bench: Bench) -> None:
    bench.write(b"1", b"2")
    bench.store.down_for = 3

    bench.step()

    assert bench.store.attempts == [[b"1", b"2"]] * 4
    assert bench.source.idled == [0.1, 0.2, 0.4]
    assert bench.source.commits == [{HERE: 2}]
    assert bench.member.counted.postponements == 3
    assert bench.member.shelf.unfit == []


def test_a_record_of_which_the_effect_dies_is_set_aside_alone_and_the_others_have_theirs(bench: Bench) -> None:
    bench.write(b"1", b"2", b"3", POISON, b"4", b"5", POISON, b"6")

    bench.step()

    assert bench.store.values == [b"1", b"2", b"3", b"4", b"5", b"6"]
    assert bench.reasons == [(3, "OverflowError: it does not fit?"), (6, "OverflowError: it does not fit?")]
    assert bench.source.committed == {HERE: 8}
    assert bench.member.counted.reasons == ["OverflowError: it does not fit?"] * 2


def test_a_flood_of_records_that_are_set_aside_is_told_in_few_lines_and_a_number(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    monkeypatch.setattr("salon_kit.bounded_lines.time.monotonic", lambda: clock[0])
    bench.write(*[UNREADABLE] * 90)

    with capture_logs() as lines:
        bench.step()
        clock[0] += 1.0
        bench.step()

    assert len(bench.reasons) == 90
    assert sum(line["event"] == "record_set_aside" for line in lines) == bounded_lines.LINES_A_SECOND
    assert [line["count"] for line in lines if line["event"] == "records_set_aside_unlogged"] == [80]


def test_a_record_that_the_effect_refuses_is_set_aside_as_it_was(bench: Bench) -> None:
    bench.write(b"1", UNREADABLE, b"2")

    bench.step()

    (unfit,) = bench.member.shelf.unfit
    assert unfit.record == record(UNREADABLE)._replace(offset=1)
    assert bench.store.values == [b"1", b"2"]


def test_with_a_server_away_while_a_batch_is_taken_apart_nothing_is_set_aside_for_that(bench: Bench) -> None:
    bench.write(b"1", POISON, b"2")
    calls: list[int] = []

    def away_at_the_second_call() -> None:
        calls.append(1)
        if len(calls) == 2:
            raise NotNow("the store is away")

    bench.store.before = away_at_the_second_call

    bench.step()

    assert [offset for offset, _ in bench.reasons] == [1]
    assert set(bench.store.values) == {b"1", b"2"}
    assert bench.source.committed == {HERE: 3}


class LoopWithoutHalving(ConsumerLoop):
    """The twin without the guard: what an effect dies of ends the loop."""

    def _applied(self, records):  # type: ignore[no-untyped-def]
        return list(self._effect(records))


def test_without_halving_one_record_would_end_the_process(bench: Bench) -> None:
    bench.write(b"1", POISON)
    member = bench.member
    member.loop.__class__ = LoopWithoutHalving

    with pytest.raises(OverflowError):
        bench.step()


def test_the_commit_waits_until_what_was_set_aside_is_safe(bench: Bench) -> None:
    bench.write(UNREADABLE, UNREADABLE)
    bench.member.shelf.down_for = 2

    bench.step()

    assert bench.source.idled == [0.1, 0.2]
    assert bench.source.commits == [{HERE: 2}]
    assert [offset for offset, _ in bench.reasons] == [0, 1]


class HastyLoop(ConsumerLoop):
    """The twin without the guard: it commits before it keeps."""

    def _settle(self) -> None:
        self._source.commit(self._batch.next_offsets())
        super()._settle()


def test_committing_before_keeping_would_lose_the_batch(bench: Bench) -> None:
    bench.write(b"gone")
    bench.store.down_for = 1
    bench.member.loop.__class__ = HastyLoop
    bench.member.loop.stop()

    bench.step()
    bench.start()
    bench.step()

    assert bench.store.values == []


def test_a_member_that_stops_while_a_server_is_away_leaves_the_batch_to_the_next_one(bench: Bench) -> None:
    bench.write(b"patience")
    bench.store.down_for = 1
    bench.member.loop.stop()

    bench.step()
    left = dict(bench.source.committed)
    ready = bench.member.loop.is_ready
    bench.start()
    bench.step()

    assert left == {}
    assert not ready
    assert bench.store.values == [b"patience"]


def test_partitions_that_are_taken_away_are_kept_and_committed_first(bench: Bench) -> None:
    bench.write(b"mine until now")
    bench.source.revoke_while_taking = {HERE}

    bench.step()

    assert bench.store.values == [b"mine until now"]
    assert bench.source.commits == [{HERE: 1}]


def test_partitions_taken_away_while_a_server_is_away_are_left_to_the_next_owner(bench: Bench) -> None:
    bench.write(b"theirs")
    bench.write(b"mine", partition=1)
    bench.store.down_for = 2
    bench.source.revoke_while_idle = {HERE}

    bench.step()

    assert bench.store.values == [b"mine"]
    assert bench.source.committed == {THERE: 1}


def test_lost_partitions_are_never_committed(bench: Bench) -> None:
    bench.write(b"kept before the commit was refused")
    bench.source.refuse_commits = 1
    bench.step()

    bench.source.lose({HERE})
    bench.step()

    assert bench.source.commits == []


def test_a_refused_commit_is_made_good_in_the_next_round(bench: Bench) -> None:
    bench.write(b"1")
    bench.source.refuse_commits = 1

    bench.step()
    refused = list(bench.source.commits)
    bench.step()

    assert refused == []
    assert bench.source.commits == [{HERE: 1}]
    assert bench.member.counted.refusals == 1


def test_the_group_is_left_at_the_end(bench: Bench) -> None:
    bench.member.loop.stop()

    bench.member.loop.run()

    assert bench.source.closed
