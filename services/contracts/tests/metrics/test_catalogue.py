"""The one list of metrics: unique, of one scheme, and each explained."""

from __future__ import annotations

from collections import Counter

import pytest

from salon_contracts.metrics import catalogue
from salon_contracts.metrics.definition import Kind, Label, Metric, counter, gauge, histogram

pytestmark = pytest.mark.unit

# An id in one of these would make a series for each person, room or event.
IDS = {"event", "event_id", "coupon_event_id", "user", "account", "account_id", "room", "room_id", "trace_id", "path"}


def test_no_two_metrics_have_a_series_of_one_name() -> None:
    twice = [name for name, n in Counter(s for m in catalogue.ALL for s in m.series).items() if n > 1]

    assert twice == []


def test_each_metric_says_what_it_means_and_no_label_is_an_id() -> None:
    for metric in catalogue.ALL:
        assert len(metric.meaning) > 15, metric.name
        assert "|" not in metric.meaning, metric.name
        assert not IDS & {label.name for label in metric.labels}, metric.name


def test_the_page_has_a_row_for_each_metric() -> None:
    page = catalogue.page()

    assert all(f"\n| `{metric.name}` | {metric.kind.value} |" in page for metric in catalogue.ALL)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: counter("joins", "Without a service in front of it"),
        lambda: counter("queue_joins_total", "With the ending that the library adds"),
        lambda: histogram("queue_wait", "Without its unit", buckets=(1.0,)),
        lambda: histogram("queue_wait_seconds", "Not ascending", buckets=(2.0, 1.0)),
        lambda: Metric("queue_wait_seconds", Kind.HISTOGRAM, "Without buckets"),
        lambda: gauge("queue_lines", "Named as Prometheus names what it scrapes", Label("job", values=("ticks",))),
        lambda: gauge("queue_lines", "Whatever the label's values may be", Label("state")),
    ],
)
def test_what_breaks_the_scheme_cannot_be_written_down(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"."):
        wrong()
