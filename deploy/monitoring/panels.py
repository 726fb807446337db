"""What an operator looks at, once: `make status` shows it, and Grafana's dashboards are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from deploy.monitoring import objectives
from deploy.monitoring.expressions import bucket, count, series
from salon_contracts.metrics import chat_worker, main, monitoring, queue, shared


class Unit(Enum):
    """As Grafana calls them."""

    NUMBER = "short"
    PER_SECOND = "ops"
    SECONDS = "s"
    BYTES = "bytes"
    SHARE = "percentunit"


@dataclass(frozen=True)
class Panel:
    """`bad_from` is the value from which on it is not well; None where nothing is bad by itself.

    `by` is the label that names its lines. A panel that `needs_two_zones` is empty in one.
    """

    title: str
    query: str
    unit: Unit = Unit.NUMBER
    by: str = ""
    bad_from: float | None = None
    bad_below: float | None = None
    needs_two_zones: bool = False


@dataclass(frozen=True)
class Board:
    """`answers` is the question of an operator that it is for."""

    uid: str
    title: str
    answers: str
    panels: tuple[Panel, ...]


def _rate(metric: str, by: str = "", selector: str = "") -> str:
    return f"sum {f'by ({by}) ' if by else ''}(rate({metric}{selector}[1m]))"


def _quantile(share: float, metric: str, by: str = "") -> str:
    labels = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({labels}) (rate({metric}[1m])))"


_REQUESTS = count(shared.HTTP_REQUEST_SECONDS)

OVERVIEW = Board(
    "overview",
    "Overview",
    "Is it up, is it slow, since which release, which part?",
    (
        Panel("Processes down", 'count(up{job="salon"} == 0) or vector(0)', bad_from=1),
        Panel("Processes by release", 'count by (version) (up{job="salon"} == 1)', by="version"),
        Panel("Page as people see it", "min(probe_success)", bad_below=1),
        Panel("Requests", _rate(_REQUESTS, "service"), Unit.PER_SECOND, "service"),
        Panel(
            "Failures of all requests, 5 min",
            objectives.AVAILABILITY.ratio("5m"),
            Unit.SHARE,
            "service",
            bad_from=14.4 * objectives.AVAILABILITY.allowed,
        ),
        Panel(
            "Slow answers of all, 5 min",
            objectives.LATENCY.ratio("5m"),
            Unit.SHARE,
            "service",
            bad_from=14.4 * objectives.LATENCY.allowed,
        ),
        Panel(
            "p95 of answers", _quantile(0.95, bucket(shared.HTTP_REQUEST_SECONDS), "service"), Unit.SECONDS, "service"
        ),
        Panel(
            "Slowest addresses, p95",
            f"topk(5, {_quantile(0.95, bucket(shared.HTTP_REQUEST_SECONDS), 'route')} > 0)",
            Unit.SECONDS,
            "route",
        ),
        Panel("Outbox: oldest event", f"max({series(main.OUTBOX_OLDEST)})", Unit.SECONDS, bad_from=30),
        Panel("Outbox: parked events", f"max({series(main.OUTBOX_PARKED_ROWS)})", bad_from=1),
        Panel("Processor by process", 'rate(process_cpu_seconds_total{job="salon"}[1m])', Unit.SHARE, "process"),
        Panel("Memory by process", 'process_resident_memory_bytes{job="salon"}', Unit.BYTES, "process"),
    ),
)
DROP = Board(
    "drop",
    "A drop",
    "Does the line move, and does everybody get an answer?",
    (
        Panel("People waiting", f"sum({series(queue.WAITING)})"),
        Panel("Open streams", series(queue.STREAMS), by="process"),
        Panel("Joins", _rate(series(queue.JOINS)), Unit.PER_SECOND),
        Panel("Line stands still for", f"max({series(queue.STALLED)})", Unit.SECONDS, bad_from=15),
        Panel("Oldest claim without an answer", f"max({series(queue.OLDEST_CLAIM)})", Unit.SECONDS, bad_from=20),
        Panel("Claims in flight", f"sum({series(queue.CLAIMS_IN_FLIGHT)})"),
        Panel("Claims allowed in flight", f"sum({series(queue.WINDOW)})"),
        Panel("Coupons issued", f"sum({series(queue.ISSUED)})"),
        Panel("Share of capacity", series(queue.LOAD), Unit.SHARE, "resource", bad_from=0.9),
        Panel("Leaders", f"sum({series(queue.LEADER)})", bad_below=1, bad_from=2),
        Panel("Refusals", _rate(series(queue.REFUSALS), "code"), Unit.PER_SECOND, "code"),
    ),
)
CHAT = Board(
    "chat",
    "Chat and Kafka's readers",
    "Do messages arrive soon, and is anybody behind?",
    (
        Panel("Open sockets", f"sum({series(main.CHAT_SOCKETS)})"),
        Panel("Messages", _rate(series(main.CHAT_FANNED_OUT)), Unit.PER_SECOND),
        Panel("Sent to received, p99", _quantile(0.99, bucket(main.CHAT_DELAY_SECONDS)), Unit.SECONDS, bad_from=1),
        Panel("Confirmed by Kafka, p99", _quantile(0.99, bucket(main.CHAT_ACKNOWLEDGE_SECONDS)), Unit.SECONDS),
        Panel("Unconfirmed", _rate(series(main.CHAT_UNCONFIRMED)), Unit.PER_SECOND, bad_from=1),
        Panel("Ring misses", _rate(series(main.CHAT_RING_MISSES)), Unit.PER_SECOND),
        Panel("Sockets cut", _rate(series(main.CHAT_SLOW_SOCKETS)), Unit.PER_SECOND),
        Panel("Stored in history", _rate(series(chat_worker.STORED)), Unit.PER_SECOND),
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
STORES = Board(
    "stores",
    "Stores",
    "Is a store missing a member, full, or slow?",
    (
        Panel("Redis up", "redis_up", by="store", bad_below=1),
        Panel("Redis primaries", 'count(redis_instance_info{role="master"})', bad_below=1, bad_from=2),
        Panel("Redis replicas connected", "max(redis_connected_slaves)"),
        Panel("Redis commands", "rate(redis_commands_processed_total[1m])", Unit.PER_SECOND, "store"),
        Panel("MySQL up", "mysql_up", by="store", bad_below=1),
        Panel("MySQL queries", "rate(mysql_global_status_queries[1m])", Unit.PER_SECOND, "store"),
        Panel(
            "MySQL members online",
            'max(count by (store) (mysql_perf_schema_replication_group_member_info{member_state="ONLINE"}))',
            needs_two_zones=True,
        ),
        Panel("MongoDB up", 'probe_success{job="mongodb"}', by="store", bad_below=1),
        Panel("Kafka brokers", series(monitoring.KAFKA_BROKERS), bad_below=1),
        Panel("Kafka: too few copies", f"sum({series(monitoring.KAFKA_UNDER_MIN_ISR)})", bad_from=1),
        Panel("Kafka: no leader", f"sum({series(monitoring.KAFKA_OFFLINE)})", bad_from=1),
        Panel(
            "Disk free",
            'min by (mountpoint) (node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"}'
            ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"})',
            Unit.SHARE,
            "mountpoint",
            bad_below=0.1,
        ),
        Panel("nginx connections", "nginx_connections_active", by="process"),
    ),
)
BOARDS = (OVERVIEW, DROP, CHAT, STORES)
