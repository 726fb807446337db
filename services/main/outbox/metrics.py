"""What the relay can be watched by."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

active = Gauge("main_outbox_relay_active", "1 where this relay is the one that works, 0 where it stands by")
backlog = Gauge("main_outbox_backlog_rows", "Events that have not reached Kafka")
oldest_age = Gauge("main_outbox_oldest_age_seconds", "How long the oldest of them has waited")
relayed = Counter("main_outbox_relayed", "Events that reached Kafka", ["topic"])
kept = Counter("main_outbox_kept", "Events that did not reach Kafka in their round and are sent again", ["topic"])
parked = Counter("main_outbox_parked", "Events that Kafka refuses for good, set aside by this process", ["topic"])
parked_rows = Gauge("main_outbox_parked_rows", "Events that are set aside: an operator must look at them")
