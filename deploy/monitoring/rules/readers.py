"""What is alarming of messages on their way, and of acts that wait for their moment."""

from __future__ import annotations

from deploy.monitoring.expressions import count, series
from deploy.monitoring.rules.alert import page, ticket
from salon_contracts.metrics import main, monitoring, shared

_PASSED = series(shared.CONSUMER_PASSED)
_ASIDE = f'{_PASSED}{{reason="set-aside"}}'
_LATE_SECONDS = 60

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
        # A group that has read nothing yet has no such series: its first ones are a series that begins above nought,
        # of a process that was known before.
        f"sum by (group, topic) (increase({_ASIDE}[5m])) > 0 or sum by (group, topic)"
        f' (({_ASIDE} > 0 unless {_ASIDE} offset 15s) and on (process) up{{job="salon"}} offset 15s) > 0',
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

DUE = (
    page(
        "DueActsAreLate",
        f"max({series(main.DUE_OLDEST)}) > 120",
        "30s",
        "예약 알림 등 때가 된 일이 2분 넘게 처리되지 못했습니다",
        "What is due has waited for more than two minutes",
        "overview",
    ),
    page(
        "DueHasNoWorker",
        f"sum({series(main.DUE_ACTIVE)}) < 1",
        "1m",
        "때가 된 일을 처리하는 프로세스가 없습니다",
        "Nobody does what is due",
        "overview",
    ),
    ticket(
        "DueActsParked",
        f"max({series(main.DUE_PARKED_ROWS)}) > 0",
        "0s",
        "여러 번 실패한 일이 보관되어 있습니다",
        "Due acts that failed again and again are parked",
        "overview",
    ),
)

MONEY = (
    page(
        "PaymentsUnknown",
        f"max({series(main.PAYMENTS_OLDEST_UNKNOWN)}) > 900 or max({series(main.REFUNDS_OLDEST_OPEN)}) > 900",
        "0s",
        "결제나 환불의 결과를 15분 넘게 알 수 없습니다",
        "For a quarter of an hour it has not been known what became of a payment or a refund",
        "overview",
    ),
    ticket(
        "RefundsNeedPeople",
        f"max({series(main.REFUNDS_REFUSED)}) > 0",
        "0s",
        "결제사가 환불을 거절했습니다",
        "The provider refuses to give money back",
        "overview",
    ),
)
