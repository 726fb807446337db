"""What is alarming of processes and of the page that people use."""

from __future__ import annotations

from deploy.monitoring.expressions import series
from deploy.monitoring.rules.alert import page, ticket
from salon_contracts.metrics import pages

_ERRORS, _LOADS = series(pages.ERRORS), series(pages.LOADS)

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
        "PageScriptsFail",
        # Of the loads that report themselves; a page of which there were few says nothing.
        f"sum by (page) (increase({_ERRORS}[10m])) > 0.2 * sum by (page) (increase({_LOADS}[10m]))"
        f" and sum by (page) (increase({_LOADS}[10m])) > 10",
        "1m",
        "{{ $labels.page }} 페이지의 스크립트가 실패하고 있습니다",
        "Scripts of the page {{ $labels.page }} fail in people's browsers",
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
