"""Work that is done for many at once.

For one alone it is a part of that one's trace. Else it has a trace of its own, with links to those that it is done for,
and each of them that is kept has a span in its own trace, with a link to the batch.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind

from salon_kit.spans.recorder import KEEP, Recorder, current
from salon_kit.spans.recording import NOTHING, Facts, Parent, finished, is_in_share, lasting, unit

LINKS_MAX = 128
COUNT = "messaging.batch.message_count"


def batch_unit(
    name: str, parents: Sequence[Parent], *, count: int, kind: SpanKind, facts: Facts
) -> AbstractContextManager[Span]:
    """`count` is how many it is done for, `parents` are those of them that have a trace. Without any it is nothing."""
    recorder = current()
    if recorder is None or not parents:
        return NOTHING
    if count == 1:
        return unit(name, parents[0], kind=kind, facts=facts)
    return _together(recorder, name, parents, count, kind, facts)


@contextmanager
def _together(
    recorder: Recorder, name: str, parents: Sequence[Parent], count: int, kind: SpanKind, facts: Facts
) -> Iterator[Span]:
    kept = [parent for parent in parents if is_in_share(parent.trace_id)]
    links = [Link(context) for parent in kept[:LINKS_MAX] if (context := parent.context()) is not None]
    # Not kept for its own id, which is a random one, but for those that it is done for.
    attributes = {**facts, COUNT: count, KEEP: bool(links)}
    began_ns, fault = time.time_ns(), None
    batch = recorder.tracer.start_span(f"{name} batch", Context(), kind=kind, attributes=attributes, links=links)
    try:
        with lasting(batch):
            yield batch
    except BaseException as error:
        fault = type(error).__name__
        raise
    finally:
        for parent in kept:
            link = batch.get_span_context()
            finished(name, parent, began_ns=began_ns, kind=kind, fault=fault, link=link, facts=facts)
