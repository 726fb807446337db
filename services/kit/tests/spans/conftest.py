"""Spans as they leave this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from spans.span_ids import SLOW_SECONDS

from salon_kit.spans import recorder
from salon_kit.spans.recorder import Share
from salon_kit.spans.sending import giving_to


@pytest.fixture
def sent() -> Iterator[InMemorySpanExporter]:
    """What is kept, with a share of nothing."""
    exporter = InMemorySpanExporter()
    recorder.use(giving_to(SimpleSpanProcessor(exporter), service="test", share=Share(0.0, SLOW_SECONDS)))
    yield exporter
    recorder.use(None)


@pytest.fixture
def all_sent() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    recorder.use(giving_to(SimpleSpanProcessor(exporter), service="test", share=Share(1.0, SLOW_SECONDS)))
    yield exporter
    recorder.use(None)
