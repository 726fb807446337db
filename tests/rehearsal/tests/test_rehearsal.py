"""A rehearsal passes only if nothing real was issued and everybody heard how it ended for them."""

from __future__ import annotations

import pytest

from tests.bench.streams.client_process import Counted
from tests.bench.streams.frames import FrameFinder
from tests.harness.histories.drop import Reconciled
from tests.rehearsal.__main__ import Rehearsed, Wish, read

WISH = Wish(customers=50, quantity=10, seconds=1.0)


def rehearsed(
    *, issued: int = 10, over: int = 40, rows: int = 10, coupons_after: int = 7, differences: tuple[str, ...] = ()
) -> Rehearsed:
    return Rehearsed(
        joins_per_second=100.0,
        seconds=1.0,
        counted=Counted(issued_ns=[1] * issued, over=over),
        in_rehearsal=rows,
        coupons_before=7,
        coupons_after=coupons_after,
        reconciled=Reconciled(differences, compared="0 differences"),
    )


def test_a_rehearsal_as_it_should_be_has_no_fault() -> None:
    assert rehearsed().faults(WISH) == []


@pytest.mark.parametrize(
    "bad",
    [
        rehearsed(coupons_after=8),
        rehearsed(over=39),
        rehearsed(issued=11, over=39),
        rehearsed(rows=9),
        rehearsed(differences=("Kafka has a claim that nobody answered",)),
    ],
    ids=["a real coupon", "one heard nothing", "one too many", "a row too few", "another story"],
)
def test_every_fault_is_found(bad: Rehearsed) -> None:
    assert len(bad.faults(WISH)) == 1


def test_a_rehearsal_has_more_customers_than_units() -> None:
    with pytest.raises(SystemExit):
        read(["--customers", "10", "--quantity", "10"])


@pytest.mark.parametrize("state", ["sold-out", "closed", "refused"])
def test_a_final_word_to_one_person_is_told_from_a_frame(state: str) -> None:
    personal = f'event: place\nid: 3\ndata: {{"state":"{state}","seq":3}}\n\n'.encode()
    frame = f'event: frame\nid: 3\ndata: {{"seq":3,"state":"{state}"}}\n\n'.encode()

    found = FrameFinder().look(1, frame + personal)

    assert (found.seqs, found.issued, found.over) == ((3,), 0, 1)
