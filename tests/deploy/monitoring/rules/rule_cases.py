"""Worlds for each alert besides those on objectives, and all of them together."""

from __future__ import annotations

from tests.deploy.monitoring.rules.money_cases import MONEY
from tests.deploy.monitoring.rules.objective_cases import OBJECTIVES
from tests.deploy.monitoring.rules.pipeline_cases import PIPELINE
from tests.deploy.monitoring.rules.store_cases import STORES
from tests.deploy.monitoring.rules.worlds import ANY, Case, World, simple

_LOADS = 'main_page_loads_total{page="/rooms/:id",process="main-1"}'
_ERRORS = 'main_page_errors_total{page="/rooms/:id",kind="script",process="main-1"}'
PROCESSES = (
    simple(
        "ProcessDown",
        'up{job="salon",process="main-1",service="main"}',
        "1 1 0x20",
        "1 1 0 0 1x20",
        {"job": "salon", "process": "main-1", "service": "main"},
    ),
    simple(
        "PageUnreachable",
        'probe_success{job="page",instance="http://localhost"}',
        "0x20",
        "0 0 1x20",
        {"job": "page", "instance": "http://localhost"},
    ),
    Case(
        "PageScriptsFail",
        World({_LOADS: "0+1x200", _ERRORS: "0+1x200"}, ({"page": "/rooms/:id"},), "8m"),
        World({_LOADS: "0+1x200", _ERRORS: "0+0.1x200"}, at="8m"),
        # Two loads that nobody repeats.
        also_silent=(World({_LOADS: "0 2x200", _ERRORS: "0 5x200"}, at="2m"),),
    ),
    simple("ExporterDown", 'up{job="redis"}', "0x40", "0 0 0 1x40", {"job": "redis"}, at="2m"),
)

LINE = (
    simple("LineStandsStill", 'queue_stalled_seconds{process="queue-1"}', "0+5x20", "0 5 10 0x20"),
    simple("LineIsBroken", 'queue_line_faults_total{step="ticks"}', "0 0+2x20", "0 0 3x20", {"step": "ticks"}),
    simple("ClaimsUnanswered", 'queue_oldest_claim_seconds{process="queue-1"}', "0+5x20", "19x20"),
    Case(
        "LineHasNoLeader",
        World({'queue_leader{process="queue-1"}': "0x20", 'queue_leader{process="queue-2"}': "0x20"}, (ANY,)),
        World({'queue_leader{process="queue-1"}': "1 0x20", 'queue_leader{process="queue-2"}': "0 0 1x20"}),
        also_silent=(World({"up": "1x20"}),),
    ),
    Case(
        "QueueIsFull",
        World(
            {'queue_load{process="queue-1",resource="streams"}': "0.95x40"},
            ({"process": "queue-1", "resource": "streams"},),
            "2m",
        ),
        World({'queue_load{process="queue-1",resource="streams"}': "0.95 0.95 0.6x40"}, at="2m"),
    ),
)

_LAG = 'salon_consumer_lag_seconds{group="issue-coupons",topic="coupon-claims",partition="1",process="issue-coupons"}'
_LAG_OUTSIDE = 'kafka_group_lag_seconds{group="chat-worker",topic="chat-messages"}'
_AGE, _BEHIND = 'salon_consumer_commit_age_seconds{group="g"}', 'salon_consumer_lag_records{group="g",partition="0"}'
_ASIDE = 'salon_consumer_records_passed_total{group="g",topic="chat-messages",reason="%s"}'
_WORKER = 'up{job="salon",process="chat-worker"}'
_FIRST_ASIDE = (
    'salon_consumer_records_passed_total{group="g",topic="chat-messages",reason="set-aside",process="chat-worker"}'
)
_UNCONFIRMED, _REPORTED = "main_chat_messages_unconfirmed_total", "main_chat_acknowledge_seconds_count"

READERS = (
    Case(
        "ConsumerIsLate",
        World({_LAG: "0+10x20"}, ({"group": "issue-coupons"},), "1m30s"),
        World({_LAG: "59x20"}, at="1m30s"),
    ),
    # Of a group that does not run only Kafka knows.
    Case(
        "ConsumerIsLate",
        World({_LAG_OUTSIDE: "0+10x20"}, ({"group": "chat-worker"},), "1m30s"),
        World({_LAG_OUTSIDE: "0 100 0x20"}, at="1m30s"),
    ),
    Case(
        "ConsumerDoesNotCommit",
        World({_AGE: "0+5x60", _BEHIND: "7x60"}, ({"group": "g"},), "4m"),
        # Nobody has written anything: there is nothing to commit.
        World({_AGE: "0+5x60", _BEHIND: "0x60"}, at="4m"),
    ),
    Case(
        "RecordsSetAside",
        World({_ASIDE % "set-aside": "0x6 1x20"}, ({"group": "g", "topic": "chat-messages"},)),
        World({_ASIDE % "set-aside": "1x20", _ASIDE % "unknown-type": "0x6 1x20"}),
    ),
    Case(
        "RecordsSetAside",
        World({_WORKER: "1x40", _FIRST_ASIDE: "_x10 20x20"}, ({"group": "g", "topic": "chat-messages"},), "1m"),
        # Prometheus was started after it.
        World({_WORKER: "_x10 1x40", _FIRST_ASIDE: "_x10 20x20"}, at="1m"),
        also_silent=(World({_WORKER: "_x10 1x40", _FIRST_ASIDE: "_x10 20x20"}, at="1m10s"),),
    ),
    Case(
        "MessagesUnconfirmed",
        World({_UNCONFIRMED: "0+1x30", _REPORTED: "0+10x30"}, (ANY,), "2m"),
        World({_UNCONFIRMED: "0+0.1x30", _REPORTED: "0+10x30"}, at="2m"),
    ),
)

OUTBOX = (
    simple("OutboxIsLate", "main_outbox_oldest_age_seconds", "0+5x20", "29x20"),
    Case(
        "OutboxHasNoRelay",
        World(
            {'main_outbox_relay_active{process="a"}': "0x20", 'main_outbox_relay_active{process="b"}': "0x20"}, (ANY,)
        ),
        World({'main_outbox_relay_active{process="a"}': "0x20", 'main_outbox_relay_active{process="b"}': "1x20"}),
    ),
    simple("EventsParked", "main_outbox_parked_rows", "0 1x20", "0x20"),
)

DUE = (
    simple("DueActsAreLate", "main_due_oldest_age_seconds", "0+60x20", "110x20"),
    Case(
        "DueHasNoWorker",
        World(
            {'main_due_worker_active{process="a"}': "0x30", 'main_due_worker_active{process="b"}': "0x30"},
            (ANY,),
            "1m30s",
        ),
        World(
            {'main_due_worker_active{process="a"}': "0x30", 'main_due_worker_active{process="b"}': "1x30"}, at="1m30s"
        ),
    ),
    simple("DueActsParked", "main_due_parked_rows", "0 1x20", "0x20"),
)

CASES = (*OBJECTIVES, *PROCESSES, *LINE, *READERS, *OUTBOX, *DUE, *MONEY, *STORES, *PIPELINE)
