"""What queue counts. No coupon event stands in a label: there are more of them every month."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter, gauge, histogram
from salon_contracts.metrics.keys import QUEUE_KEYS
from salon_contracts.metrics.shared import ANSWER_SECONDS, REFUSAL_CODE, ROUTE, STATUS_CLASS, TOPIC

STREAMS = gauge("queue_streams", "Streams open at this instance")
WATCHERS = gauge("queue_watchers", "Streams of people who only look, open at this instance")
STREAM_OPENING_SECONDS = histogram(
    "queue_stream_opening_seconds",
    "From a request for a stream to the first of its answer",
    ROUTE,
    STATUS_CLASS,
    buckets=ANSWER_SECONDS,
)
FRAME_BYTES = gauge("queue_frame_bytes", "Size of the newest frame")
JOINS = counter("queue_joins", "Places that were given in a line")
REFUSALS = counter("queue_refusals", "Requests refused, by code", REFUSAL_CODE)
ETA_CHECKED = counter("queue_eta_checked", "Promised times that were checked")
ETA_INSIDE = counter("queue_eta_inside", "Of the promised times that were checked, those that held")
RECORDS_PASSED = counter(
    "queue_records_passed",
    "Kafka records that were set aside or passed over",
    TOPIC,
    Label("reason", values=("set-aside", "unknown-type")),
)
LINE_FAULTS = counter(
    "queue_line_faults",
    "Steps of one line that failed of something else than an outage, while the other lines went on",
    Label(
        "step",
        values=(
            *("admission", "drawing", "presence", "relay", "reports"),
            *("settlement", "subscription", "ticks", "watchers"),
        ),
    ),
)
LOAD = gauge(
    "queue_load",
    "Share of what one instance carries that is taken (docs/capacity.md)",
    Label("resource", values=("streams", "joins", "memory")),
)

LEADER = gauge("queue_leader", "1 where the leader is, 0 elsewhere")
LINES = gauge(
    "queue_lines",
    "Lines that the leader keeps, by their state; said by the leader, as all below",
    Label("state", values=("not-open", "drawing", "open", "paused", "sold-out", "closed")),
)
WAITING = gauge("queue_waiting", "People waiting, of all lines")
CLAIMS_IN_FLIGHT = gauge("queue_claims_in_flight", "Claims that main has not answered, of all lines")
OLDEST_CLAIM = gauge("queue_oldest_claim_seconds", "Age of the oldest of those")
WINDOW = gauge("queue_window_claims", "Claims allowed in flight, of all lines")
ISSUED = gauge("queue_coupons_issued", "Coupons that are certain, of the lines that are kept")
STALLED = gauge(
    "queue_stalled_seconds",
    "For how long the slowest open line has not moved while people wait in it; 0 when none waits",
)

ALL = (
    STREAMS,
    WATCHERS,
    STREAM_OPENING_SECONDS,
    FRAME_BYTES,
    JOINS,
    REFUSALS,
    ETA_CHECKED,
    ETA_INSIDE,
    RECORDS_PASSED,
    LINE_FAULTS,
    LOAD,
    LEADER,
    LINES,
    WAITING,
    CLAIMS_IN_FLIGHT,
    OLDEST_CLAIM,
    WINDOW,
    ISSUED,
    STALLED,
    QUEUE_KEYS,
)
