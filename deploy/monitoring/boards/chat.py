"""Chat, and whoever reads Kafka."""

from __future__ import annotations

from deploy.monitoring.boards.panel import Board, Panel, Unit, quantile, rate
from deploy.monitoring.expressions import bucket, series
from salon_contracts.metrics import chat_worker, main, monitoring, shared

CHAT = Board(
    "chat",
    "Chat and Kafka's readers",
    "Do messages arrive soon, and is anybody behind?",
    (
        Panel("Open sockets", f"sum({series(main.CHAT_SOCKETS)})"),
        Panel("Messages", rate(series(main.CHAT_FANNED_OUT)), Unit.PER_SECOND),
        Panel("Sent to received, p99", quantile(0.99, bucket(main.CHAT_DELAY_SECONDS)), Unit.SECONDS, bad_from=1),
        Panel("Confirmed by Kafka, p99", quantile(0.99, bucket(main.CHAT_ACKNOWLEDGE_SECONDS)), Unit.SECONDS),
        Panel("Unconfirmed", rate(series(main.CHAT_UNCONFIRMED)), Unit.PER_SECOND, bad_from=1),
        Panel("Ring misses", rate(series(main.CHAT_RING_MISSES)), Unit.PER_SECOND),
        Panel("Sockets cut", rate(series(main.CHAT_SLOW_SOCKETS)), Unit.PER_SECOND),
        Panel("Stored in history", rate(series(chat_worker.STORED)), Unit.PER_SECOND),
        Panel(
            "Readers behind by",
            f"max by (group) ({series(monitoring.KAFKA_GROUP_LAG_SECONDS)})",
            Unit.SECONDS,
            "group",
            bad_from=60,
        ),
        Panel("Records not applied", f"sum by (group) ({series(monitoring.KAFKA_GROUP_LAG_RECORDS)})", by="group"),
        Panel(
            "Set aside in an hour",
            f'sum by (group) (increase({series(shared.CONSUMER_PASSED)}{{reason="set-aside"}}[1h]))',
            by="group",
            bad_from=1,
        ),
    ),
)
