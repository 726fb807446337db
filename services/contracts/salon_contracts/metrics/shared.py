"""What the kit measures in every process that does such a thing, under one name wherever it runs."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter, gauge, histogram

ANSWER_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
METHOD = Label("method", values=METHODS)
ROUTE = Label("route", most=250)
STATUS_CLASS = Label("status", values=("1xx", "2xx", "3xx", "4xx", "5xx"))
GROUP = Label("group", most=10)
TOPIC = Label("topic", most=20)
PARTITION = Label("partition", most=64)
REFUSAL_CODE = Label("code", most=60)

HTTP_REQUEST_SECONDS = histogram(
    "salon_http_request_seconds",
    "From a request's arrival to its answer, by the template of its address; streams and sockets are apart",
    METHOD,
    ROUTE,
    STATUS_CLASS,
    buckets=ANSWER_SECONDS,
)

CONSUMER_RECORDS = counter("salon_consumer_records", "Kafka records that are applied or set aside for good", GROUP)
CONSUMER_PASSED = counter(
    "salon_consumer_records_passed",
    "Kafka records that had no effect: set aside with their reason, or of a type not known yet",
    GROUP,
    TOPIC,
    Label("reason", values=("set-aside", "unknown-type")),
)
CONSUMER_POSTPONED = counter(
    "salon_consumer_batches_postponed", "Times a batch was put off because the store behind it was away", GROUP
)
CONSUMER_COMMITS_FAILED = counter(
    "salon_consumer_commits_failed", "Offset commits that Kafka did not take after the effect", GROUP
)
CONSUMER_BATCH = histogram(
    "salon_consumer_batch_records", "Kafka records in one batch", GROUP, buckets=(1, 2, 5, 10, 20, 50, 100, 300, 1000)
)
CONSUMER_EFFECT_SECONDS = histogram(
    "salon_consumer_effect_seconds",
    "From the beginning of a batch's effect until all of it is kept",
    GROUP,
    buckets=ANSWER_SECONDS,
)
CONSUMER_LAG_RECORDS = gauge(
    "salon_consumer_lag_records", "Kafka records that are not applied yet, read or unread", GROUP, TOPIC, PARTITION
)
CONSUMER_LAG_SECONDS = gauge(
    "salon_consumer_lag_seconds",
    "For how long the oldest Kafka record that is not applied yet has been waiting, at most; 0 when none is",
    GROUP,
    TOPIC,
    PARTITION,
)
CONSUMER_COMMIT_AGE = gauge(
    "salon_consumer_commit_age_seconds", "Since the last commit that Kafka took, or since the start", GROUP
)
CONSUMER_ROUND_AGE = gauge("salon_consumer_round_age_seconds", "Since the loop last came round", GROUP)

SPANS_DROPPED = counter(
    "salon_spans_dropped",
    "Spans of traces that are kept and that never left the process: too many waited, or nobody took them",
    Label("reason", values=("queue-full", "not-taken")),
)

ALL = (
    HTTP_REQUEST_SECONDS,
    CONSUMER_RECORDS,
    CONSUMER_PASSED,
    CONSUMER_POSTPONED,
    CONSUMER_COMMITS_FAILED,
    CONSUMER_BATCH,
    CONSUMER_EFFECT_SECONDS,
    CONSUMER_LAG_RECORDS,
    CONSUMER_LAG_SECONDS,
    CONSUMER_COMMIT_AGE,
    CONSUMER_ROUND_AGE,
    SPANS_DROPPED,
)
