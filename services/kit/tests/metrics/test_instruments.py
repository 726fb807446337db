"""Whatever words become label values, the number of series stays what the definition allows."""

from __future__ import annotations

import random
import threading

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from salon_contracts.metrics.definition import OTHER, Label, counter, gauge, histogram
from salon_kit.metrics.instruments import counters, family, gauges, histograms, own_registry
from salon_kit.metrics.requests import RequestMetrics

pytestmark = pytest.mark.unit

LETTERS = counter(
    "salon_letters", "Letters, by colour and town", Label("colour", values=("red",)), Label("town", most=3)
)


def samples(registry: CollectorRegistry) -> int:
    return sum(not line.startswith("#") for line in generate_latest(registry).decode().splitlines())


def test_a_value_out_of_a_closed_list_counts_as_other() -> None:
    registry = CollectorRegistry()
    letters = counters(LETTERS, registry)

    letters.labels("red", "Seoul").inc()
    letters.labels("no colour at all", "Seoul").inc(2)

    value = registry.get_sample_value
    assert value("salon_letters_total", {"colour": "red", "town": "Seoul"}) == 1
    assert value("salon_letters_total", {"colour": OTHER, "town": "Seoul"}) == 2


def test_ten_thousand_random_words_make_no_more_series_than_are_allowed_and_none_is_lost() -> None:
    registry = CollectorRegistry()
    letters = counters(LETTERS, registry)
    words = [f"{random.getrandbits(64):x}" for _ in range(10_000)]

    def write_all() -> None:
        for word in words:
            letters.labels(word, word).inc()

    threads = [threading.Thread(target=write_all) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    counted = [s for m in registry.collect() for s in m.samples if s.name == "salon_letters_total"]
    assert len(counted) <= LETTERS.bound == 2 * 4
    assert sum(sample.value for sample in counted) == 40_000
    # Nor does what strangers send stay behind as a key of ours.
    assert len(letters._children) <= LETTERS.bound


def test_any_method_and_any_address_are_one_series_each() -> None:
    registry = CollectorRegistry()
    requests = RequestMetrics(registry)
    for _ in range(2_000):
        word = f"{random.getrandbits(64):X}"
        requests.answered(method=word, route=None, status=404, seconds=0.001)
        requests.answered(method=word, route="/salons", status=405, seconds=0.001)
    requests.answered(method="GET", route="/salons", status=200, seconds=0.001)
    few = samples(registry)

    for _ in range(2_000):
        requests.answered(method=f"{random.getrandbits(64):X}", route=None, status=404, seconds=0.001)

    assert samples(registry) == few <= 3 * 15


def test_a_series_that_is_forgotten_is_gone_and_may_come_back() -> None:
    registry = CollectorRegistry()
    lag = gauges(gauge("salon_lag_records", "Behind", Label("partition", most=2)), registry)
    lag.labels("0").set(5)

    lag.forget("0")
    lag.forget("7")

    assert registry.get_sample_value("salon_lag_records", {"partition": "0"}) is None
    lag.labels("0").set(6)
    assert registry.get_sample_value("salon_lag_records", {"partition": "0"}) == 6


def test_an_instrument_of_another_kind_than_the_definition_is_refused() -> None:
    with pytest.raises(ValueError, match="is a counter"):
        gauges(LETTERS, CollectorRegistry())
    with pytest.raises(ValueError, match="is a counter"):
        family(LETTERS, [])
    seconds = histogram("salon_wait_seconds", "A wait", buckets=(1,))
    with pytest.raises(ValueError, match="with labels"):
        histograms(seconds, CollectorRegistry())


def test_a_process_with_a_registry_of_its_own_still_shows_its_memory() -> None:
    text = generate_latest(own_registry()).decode()

    assert "process_resident_memory_bytes " in text
    assert "process_open_fds " in text
