"""What is alarming of a drop."""

from __future__ import annotations

from deploy.monitoring.expressions import series
from deploy.monitoring.rules.alert import page, ticket
from salon_contracts.metrics import queue

_STALLED = series(queue.STALLED)

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
