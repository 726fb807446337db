"""What is alarming besides the objectives: the line, readers of Kafka, the outbox, stores, the way to people."""

from __future__ import annotations

from deploy.monitoring.alert import Alert, Severity, page, ticket
from deploy.monitoring.expressions import count, series
from salon_contracts.metrics import main, monitoring, queue, shared

_STALLED = series(queue.STALLED)
_PASSED = series(shared.CONSUMER_PASSED)
_LATE_SECONDS = 60


PROCESSES = (
    page(
        "ProcessDown",
        'up{job="salon"} == 0',
        "15s",
        "{{ $labels.process }} 프로세스가 응답하지 않습니다",
        "The process {{ $labels.process }} does not answer",
        "overview",
    ),
    page(
        "PageUnreachable",
        'probe_success{job="page"} == 0',
        "15s",
        "고객 페이지에 접속할 수 없습니다 ({{ $labels.instance }})",
        "The page that people use cannot be reached ({{ $labels.instance }})",
        "overview",
    ),
    ticket(
        "ExporterDown",
        'up{job!="salon"} == 0',
        "1m",
        "{{ $labels.job }} 지표를 읽을 수 없습니다",
        "The numbers of {{ $labels.job }} cannot be read",
        "stores",
    ),
)

LINE = (
    page(
        "LineStandsStill",
        f"max({_STALLED}) > 15",
        "5s",
        "대기열이 멈췄습니다: 사람들이 기다리는데 입장이 진행되지 않습니다",
        "A line stands still although people wait in it",
        "drop",
    ),
    page(
        "LineIsBroken",
        # A line rests two seconds after each: one frame that is none is no reason to wake anybody.
        f"sum by (step) (increase({series(queue.LINE_FAULTS)}[1m])) > 3",
        "0s",
        "한 대기열의 {{ $labels.step }} 단계가 계속 실패합니다",
        "A step of one line, {{ $labels.step }}, fails again and again; the other lines go on",
        "drop",
    ),
    page(
        "ClaimsUnanswered",
        f"max({series(queue.OLDEST_CLAIM)}) > 20",
        "5s",
        "쿠폰 발급 요청이 20초 넘게 처리되지 않고 있습니다",
        "Claims of coupons have not been answered for twenty seconds",
        "drop",
    ),
    page(
        "LineHasNoLeader",
        f"sum({series(queue.LEADER)}) != 1",
        "20s",
        "대기열을 진행하는 리더가 정확히 하나가 아닙니다",
        "Not exactly one instance of queue leads",
        "drop",
    ),
    ticket(
        "QueueIsFull",
        f"max by (process, resource) ({series(queue.LOAD)}) > 0.9",
        "1m",
        "{{ $labels.process }}의 {{ $labels.resource }} 사용량이 90%를 넘었습니다",
        "{{ $labels.process }} has used up nine tenths of its {{ $labels.resource }}",
        "drop",
    ),
)

READERS = (
    page(
        "ConsumerIsLate",
        f"max by (group) ({series(shared.CONSUMER_LAG_SECONDS)}) > {_LATE_SECONDS}"
        f" or max by (group) ({series(monitoring.KAFKA_GROUP_LAG_SECONDS)}) > {_LATE_SECONDS}",
        "10s",
        "{{ $labels.group }} 처리가 1분 넘게 밀렸습니다",
        "{{ $labels.group }} is more than a minute behind",
        "chat",
    ),
    page(
        "ConsumerDoesNotCommit",
        f"min by (group) ({series(shared.CONSUMER_COMMIT_AGE)}) > 120"
        f" and on (group) sum by (group) ({series(shared.CONSUMER_LAG_RECORDS)}) > 0",
        "30s",
        "{{ $labels.group }}에 밀린 메시지가 있는데 2분 넘게 커밋이 없습니다",
        "{{ $labels.group }} has records to read and has committed none for two minutes",
        "chat",
    ),
    ticket(
        "RecordsSetAside",
        f'sum by (group, topic) (increase({_PASSED}{{reason="set-aside"}}[10m])) > 0',
        "0s",
        "{{ $labels.group }}가 {{ $labels.topic }}의 메시지를 처리하지 못해 따로 보관했습니다",
        "{{ $labels.group }} has set records of {{ $labels.topic }} aside",
        "chat",
    ),
    page(
        "MessagesUnconfirmed",
        f"sum(rate({series(main.CHAT_UNCONFIRMED)}[1m]))"
        f" > 0.05 * sum(rate({count(main.CHAT_ACKNOWLEDGE_SECONDS)}[1m]))",
        "30s",
        "채팅 메시지 전송 확인이 5% 넘게 실패하고 있습니다",
        "More than one in twenty chat messages is not confirmed by Kafka",
        "chat",
    ),
)

OUTBOX = (
    page(
        "OutboxIsLate",
        f"max({series(main.OUTBOX_OLDEST)}) > 30",
        "10s",
        "아웃박스 이벤트가 30초 넘게 Kafka로 나가지 못했습니다",
        "Events have waited in the outbox for more than half a minute",
        "overview",
    ),
    page(
        "OutboxHasNoRelay",
        f"sum({series(main.OUTBOX_ACTIVE)}) < 1",
        "30s",
        "아웃박스를 Kafka로 보내는 프로세스가 없습니다",
        "No relay of the outbox works",
        "overview",
    ),
    ticket(
        "EventsParked",
        f"max({series(main.OUTBOX_PARKED_ROWS)}) > 0",
        "0s",
        "Kafka가 거부한 이벤트가 보관되어 있습니다",
        "Events that Kafka refuses are parked",
        "overview",
    ),
)

STORES = (
    page(
        "StoreDown",
        'redis_up == 0 or mysql_up == 0 or probe_success{job="mongodb"} == 0',
        "10s",
        "{{ $labels.store }}가 응답하지 않습니다",
        "{{ $labels.store }} does not answer",
        "stores",
    ),
    page(
        "RedisMastersNotOne",
        '(count(redis_instance_info{role="master"}) or vector(0)) != 1 and on () count(redis_up)',
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

PIPELINE = (
    ticket(
        "NotificationsFail",
        "sum by (integration) (increase(alertmanager_notifications_failed_total[5m])) > 0",
        "0s",
        "알림이 사람들에게 전달되지 못하고 있습니다",
        "Notifications do not arrive where people read them",
        "overview",
    ),
    Alert(
        "Watchdog",
        "vector(1)",
        "0s",
        Severity.NONE,
        "항상 울리는 경보입니다: 이것이 멈추면 감시가 멈춘 것입니다",
        "Always fires: when it stops, nobody watches any more",
        "overview",
    ),
)

ALERTS = (*PROCESSES, *LINE, *READERS, *OUTBOX, *STORES, *PIPELINE)
