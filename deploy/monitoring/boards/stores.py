"""Stores, and the disk under them."""

from __future__ import annotations

from deploy.monitoring.boards.panel import Board, Panel, Unit
from deploy.monitoring.expressions import series
from deploy.monitoring.rules.stores import REDIS_PRIMARIES
from salon_contracts.metrics import monitoring

STORES = Board(
    "stores",
    "Stores",
    "Is a store missing a member, full, or slow?",
    (
        Panel("Redis up", "redis_up", by="store", bad_below=1),
        Panel("Redis primaries", REDIS_PRIMARIES, bad_below=1, bad_from=2),
        Panel("Redis replicas connected", "max(redis_connected_slaves)"),
        Panel("Redis commands", "rate(redis_commands_processed_total[1m])", Unit.PER_SECOND, "store"),
        Panel("MySQL up", "mysql_up", by="store", bad_below=1),
        Panel("MySQL queries", "rate(mysql_global_status_queries[1m])", Unit.PER_SECOND, "store"),
        Panel(
            "MySQL members online",
            'max(count by (store) (mysql_perf_schema_replication_group_member_info{member_state="ONLINE"}))',
            needs_two_zones=True,
        ),
        Panel(
            "Takes to answer its exporter",
            'max by (store) (avg_over_time(scrape_duration_seconds{job=~"mysql|redis"}[30s]))',
            Unit.SECONDS,
            "store",
            bad_from=1,
        ),
        Panel("MongoDB up", 'probe_success{job="mongodb"}', by="store", bad_below=1),
        Panel("Photos up", 'probe_success{job="photos"}', by="store", bad_below=1),
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
