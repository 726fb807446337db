"""What the monitoring measures of stores that say nothing of themselves, and of its own work."""

from __future__ import annotations

from salon_contracts.metrics.definition import Label, counter, gauge
from salon_contracts.metrics.shared import TOPIC

# People who look by hand have groups too.
_GROUP = Label("group", most=30)

KAFKA_BROKERS = gauge("kafka_brokers", "Brokers that are in the cluster")
KAFKA_OFFLINE = gauge("kafka_partitions_offline", "Partitions without a leader", TOPIC)
KAFKA_UNDER_MIN_ISR = gauge(
    "kafka_partitions_under_min_isr", "Partitions with fewer copies in sync than a writer needs", TOPIC
)
KAFKA_UNDER_REPLICATED = gauge(
    "kafka_partitions_under_replicated", "Partitions of which a copy is missing or behind", TOPIC
)
KAFKA_WRITTEN = gauge("kafka_topic_written_records", "Records that were ever written to a topic", TOPIC)
KAFKA_GROUP_LAG_RECORDS = gauge(
    "kafka_group_lag_records", "Records that a group has not committed, whether it runs or not", _GROUP, TOPIC
)
KAFKA_GROUP_LAG_SECONDS = gauge(
    "kafka_group_lag_seconds", "For how long the oldest of them has been in the log; 0 when none is", _GROUP, TOPIC
)
KAFKA_LOOK_AGE = gauge("kafka_look_age_seconds", "Since the last time that Kafka could be asked all of this")

MESSAGES = counter(
    "monitoring_messages", "Messages to people, by what became of them", Label("outcome", values=("sent", "failed"))
)
WATCHDOG_AGE = gauge(
    "monitoring_watchdog_age_seconds", "Since the alert that always fires arrived last where people are written to"
)

ALL = (
    KAFKA_BROKERS,
    KAFKA_OFFLINE,
    KAFKA_UNDER_MIN_ISR,
    KAFKA_UNDER_REPLICATED,
    KAFKA_WRITTEN,
    KAFKA_GROUP_LAG_RECORDS,
    KAFKA_GROUP_LAG_SECONDS,
    KAFKA_LOOK_AGE,
    MESSAGES,
    WATCHDOG_AGE,
)
