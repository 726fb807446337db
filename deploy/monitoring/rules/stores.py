"""What is alarming of stores, disks and certificates."""

from __future__ import annotations

from deploy.monitoring.expressions import series
from deploy.monitoring.rules.alert import page, ticket
from salon_contracts.metrics import monitoring

# One that was started again while Prometheus was away is known under two ids for five minutes, and is one all along.
REDIS_PRIMARIES = 'count(max by (store) (redis_instance_info{role="master"}))'

STORES = (
    page(
        "StoreDown",
        'redis_up == 0 or mysql_up == 0 or probe_success{job="mongodb"} == 0',
        "10s",
        "{{ $labels.store }}가 응답하지 않습니다",
        "{{ $labels.store }} does not answer",
        "stores",
    ),
    ticket(
        "PhotosDown",
        'probe_success{job="photos"} == 0',
        "30s",
        "사진 저장소가 응답하지 않습니다",
        "The store of photos does not answer",
        "stores",
    ),
    ticket(
        "StoreAnswersSlowly",
        'max by (store) (avg_over_time(scrape_duration_seconds{job=~"mysql|redis"}[30s])) > 1',
        "5s",
        "{{ $labels.store }}의 응답이 1초 넘게 걸립니다",
        "{{ $labels.store }} takes more than a second to answer",
        "stores",
    ),
    page(
        "RedisMastersNotOne",
        f"({REDIS_PRIMARIES} or vector(0)) != 1 and on () count(redis_up)",
        "15s",
        "Redis 마스터가 정확히 하나가 아닙니다",
        "Redis does not have exactly one primary",
        "stores",
    ),
    page(
        "RedisHasNoReplica",
        "max(redis_connected_slaves) < 1 and on () count(redis_up) > 1",
        "15s",
        "Redis 복제본이 하나도 연결되어 있지 않습니다",
        "No replica of Redis is connected",
        "stores",
    ),
    page(
        "MysqlHasNoPrimary",
        'count(mysql_perf_schema_replication_group_member_info{member_state="ONLINE"}) > 0 unless on ()'
        ' mysql_perf_schema_replication_group_member_info{member_state="ONLINE",member_role="PRIMARY"}',
        "15s",
        "MySQL 그룹에 쓰기 가능한 프라이머리가 없습니다",
        "The group of MySQL has no primary",
        "stores",
    ),
    page(
        "KafkaUnderMinIsr",
        f"sum({series(monitoring.KAFKA_UNDER_MIN_ISR)}) > 0 or sum({series(monitoring.KAFKA_OFFLINE)}) > 0",
        "10s",
        "Kafka 복제본이 부족해 쓰기가 거부되는 파티션이 있습니다",
        "Partitions of Kafka have too few copies to be written to",
        "stores",
    ),
    ticket(
        "KafkaBrokerMissing",
        f"{series(monitoring.KAFKA_BROKERS)} < max_over_time({series(monitoring.KAFKA_BROKERS)}[1h])",
        "20s",
        "Kafka 브로커가 줄었습니다",
        "Kafka has fewer brokers than it had within the last hour",
        "stores",
    ),
    page(
        "KafkaUnseen",
        f"{series(monitoring.KAFKA_LOOK_AGE)} > 30",
        "10s",
        "Kafka에 30초 넘게 물어볼 수 없습니다",
        "Kafka has not answered for half a minute",
        "stores",
    ),
    ticket(
        "DiskFills",
        'node_filesystem_avail_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"}'
        ' / node_filesystem_size_bytes{fstype!~"tmpfs|overlay|squashfs|ramfs"} < 0.1',
        "1m",
        "{{ $labels.mountpoint }} 디스크 여유가 10% 미만입니다",
        "Less than a tenth of the disk at {{ $labels.mountpoint }} is free",
        "stores",
    ),
    ticket(
        "CertificateEnds",
        "probe_ssl_earliest_cert_expiry - time() < 14 * 86400",
        "1m",
        "{{ $labels.instance }} 인증서가 2주 안에 만료됩니다",
        "The certificate of {{ $labels.instance }} ends within two weeks",
        "overview",
    ),
)
