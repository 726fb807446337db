"""Asks Kafka about itself and about each group, also about one whose process is dead and can say nothing.

python -m deploy.monitoring.kafka.watch --brokers 127.0.0.1:18003 --port 18904
"""

from __future__ import annotations

import argparse
import logging
import signal
import threading
import time
from pathlib import Path

from confluent_kafka import KafkaException
from prometheus_client import CollectorRegistry

from deploy.monitoring.kafka.groups import GroupLag, group_lags
from deploy.monitoring.kafka.topics import TopicState, topic_states
from salon_contracts.metrics import monitoring as listed
from salon_kit.addresses import with_password
from salon_kit.health import HealthServer
from salon_kit.kafka.address import connection
from salon_kit.logs import configure_logs, get_logger
from salon_kit.metrics.instruments import gauge, gauges
from salon_kit.settings.origins import text_of

log = get_logger(__name__)

LOOK_SECONDS = 3.0
# A look that lasts longer hangs.
HANGS_SECONDS = 120.0


class KafkaMetrics:
    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.looked_at = time.monotonic()
        self._brokers = gauge(listed.KAFKA_BROKERS, self.registry)
        self._by_topic = {
            metric: gauges(metric, self.registry)
            for metric in (
                listed.KAFKA_OFFLINE,
                listed.KAFKA_UNDER_MIN_ISR,
                listed.KAFKA_UNDER_REPLICATED,
                listed.KAFKA_WRITTEN,
            )
        }
        self._lag_records = gauges(listed.KAFKA_GROUP_LAG_RECORDS, self.registry)
        self._lag_seconds = gauges(listed.KAFKA_GROUP_LAG_SECONDS, self.registry)
        gauge(listed.KAFKA_LOOK_AGE, self.registry).set_function(lambda: self.age_seconds)

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.looked_at

    def show(self, brokers: int, topics: dict[str, TopicState], lags: dict[tuple[str, str], GroupLag]) -> None:
        self._brokers.set(brokers)
        for name, state in topics.items():
            for metric, value in state.by_metric().items():
                self._by_topic[metric].labels(name).set(value)
        # A group that is gone is reported no longer.
        self._lag_records.clear()
        self._lag_seconds.clear()
        for (group, topic), lag in lags.items():
            self._lag_records.labels(group, topic).set(lag.records)
            self._lag_seconds.labels(group, topic).set(lag.seconds)
        self.looked_at = time.monotonic()


def look(brokers: str, metrics: KafkaMetrics, min_isr: dict[str, int]) -> None:
    """Raises KafkaException. `min_isr` is remembered over looks: it is asked for each topic once."""
    settings = connection(brokers)
    count, topics = topic_states(settings, min_isr)
    metrics.show(count, topics, group_lags(settings))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--password-file", type=Path)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    arguments = parser.parse_args()
    configure_logs(service="kafka-watch", log_format="json")
    logging.getLogger("librdkafka").setLevel(logging.ERROR)
    password_file = arguments.password_file
    brokers = with_password(arguments.brokers, text_of(password_file)) if password_file else arguments.brokers
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    metrics = KafkaMetrics()
    beat = [time.monotonic()]
    health = HealthServer(
        host=arguments.host,
        port=arguments.port,
        is_alive=lambda: time.monotonic() - beat[0] < HANGS_SECONDS,
        is_ready=lambda: metrics.age_seconds < HANGS_SECONDS,
        registry=metrics.registry,
    )
    health.start()
    min_isr: dict[str, int] = {}
    while not stopping.wait(LOOK_SECONDS):
        beat[0] = time.monotonic()
        try:
            look(brokers, metrics, min_isr)
        except KafkaException as error:
            min_isr.clear()
            log.warning("kafka_cannot_be_asked", reason=str(error))
    health.stop()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
