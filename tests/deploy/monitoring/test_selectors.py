"""A query for a label that a metric has not, or for a value that it never has, is found wherever it stands."""

from __future__ import annotations

import pytest

from deploy.monitoring import names, selectors
from deploy.monitoring.boards.catalogue import BOARDS
from deploy.monitoring.selectors import Matcher, Selector, selectors_in, what_is_wrong

_REQUESTS = "salon_http_request_seconds_count"


def test_labels_are_read_whatever_stands_in_their_values() -> None:
    query = 'rate(a_total{x="}\\"",y!~"b|c"}[1m]) / on (z) {__name__="d"} + e'

    assert list(selectors_in(query)) == [
        Selector("a_total", (Matcher("x", "=", '}"'), Matcher("y", "!~", "b|c")), 'a_total{x="}\\"",y!~"b|c"}')
    ]


@pytest.mark.parametrize(
    "query",
    [
        f'sum by (service, status) (rate({_REQUESTS}{{method="POST",status=~"4xx|5xx"}}[1m]))',
        f'{_REQUESTS}{{route="api/v1/bookings/<any_case_uuid:booking_id>/cancel",method="POST"}}',
        f'{_REQUESTS}{{route="/queue/v1/events/{{event_id}}/ticket"}}',
        f'{_REQUESTS}{{route=~"api/v1/salons/.*"}}',
        'salon_http_request_seconds_bucket{le="0.5"}',
        'sum by (topic) (main_outbox_events_relayed_total) and on (process) up{job="salon"}',
        'redis_instance_info{role="master"}',
    ],
)
def test_what_is_there_is_not_complained_of(query: str) -> None:
    assert list(what_is_wrong(query)) == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        (f'{_REQUESTS}{{code="500"}}', f"{_REQUESTS} has no label code"),
        (f'{_REQUESTS}{{status="500"}}', f"status of {_REQUESTS} is never '500'"),
        (f'{_REQUESTS}{{status=~"4xx|error"}}', f"status of {_REQUESTS} is never 'error'"),
        (f'{_REQUESTS}{{route="api/v1/booking"}}', "no route is api/v1/booking"),
        (f'{_REQUESTS}{{route="api/v1/coupons",method="POST"}}', "api/v1/coupons takes no POST"),
        (f'{_REQUESTS}{{route=~"api/v2/.*"}}', "no route is api/v2/.*"),
        ('salon_http_request_seconds_bucket{le="0.3"}', "le of salon_http_request_seconds_bucket is never '0.3'"),
        ('up{job="saloon"}', "job of up is never 'saloon'"),
        ("sum by (shop) (queue_waiting)", "no metric in it has the label shop"),
    ],
)
def test_what_nobody_answers_is_found(query: str, wrong: str) -> None:
    assert list(what_is_wrong(query)) == [wrong]


def test_a_panel_that_names_its_lines_by_a_label_they_have_not_is_found() -> None:
    assert list(what_is_wrong("sum by (process) (queue_waiting)", shown_by="instances")) == [
        "no metric in it has the label instances"
    ]


def test_no_rule_and_no_panel_asks_for_what_nobody_answers() -> None:
    asked = [selector for _, query in names.queries() for selector in selectors_in(query)]

    assert selectors.unknown() == []
    assert len(asked) > 50
    assert {panel.by for board in BOARDS for panel in board.panels} - {""} > {"service", "process", "group"}
