"""What is alarming of processes and of the page that people use."""

from __future__ import annotations

from deploy.monitoring.rules.alert import page, ticket

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
