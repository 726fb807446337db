"""Who is called gives up before who calls, so that a refusal is told and nobody hangs on the dead."""

from __future__ import annotations

import pytest

from tests.architecture.safe_settings.time_outs import (
    Ladder,
    broker,
    constant,
    haproxy,
    haproxy_check,
    milliseconds,
    nginx,
    out_of_order,
    stop_grace,
)

QUEUE = "services/queue/coupon_queue"
CHAT = "services/main/chat/socket/sending.py"
HISTORY = "services/main/chat/history/pages.py"
STORE = "services/chat-worker/chat_worker/message_store.py"
OPTIONS = "services/kit/salon_kit/kafka/options.py"
LEAVING = "services/main/serving/leaving.py"
SERVE = "services/main/entry/management/commands/serve.py"
SETTINGS = "services/main/config/settings.py"
ADDRESS = "services/kit/salon_kit/kafka/address.py"
GROUP = "deploy/local/engines/mysql_group/group.py"
ENV = "services/main/config/declared.py"
LOCAL_STOP = constant("deploy/local/run/processes.py", "STOP_SECONDS")

LADDERS: dict[str, Ladder] = {
    "main is told to stop": [
        ("a balancer has looked twice", 2 * haproxy_check("inter")),
        ("its farewell", constant(LEAVING, "FAREWELL_SECONDS")),
        ("what it owes a request", constant(LEAVING, "GRACE_SECONDS")),
        ("a request of its", constant(SERVE, "http_timeout")),
        ("make run", LOCAL_STOP),
        ("Docker", stop_grace("main")),
        ("a platform", 121),
    ],
    "queue is told to stop": [
        ("a balancer has looked twice", 2 * haproxy_check("inter")),
        ("its farewell", constant(f"{QUEUE}/leaving.py", "FAREWELL_SECONDS")),
        ("what a stream of its is owed", constant(f"{QUEUE}/__main__.py", "timeout_graceful_shutdown")),
        ("a server", 30.001),
        ("make run", LOCAL_STOP),
        ("Docker", stop_grace("queue")),
        ("a platform", 121),
    ],
    "chat-worker is told to stop": [
        ("a write of its", milliseconds(STORE, "socketTimeoutMS")),
        ("make run", LOCAL_STOP),
        ("Docker", stop_grace("chat-worker")),
        ("a platform", 121),
    ],
    "a request": [
        ("a connection of nginx", nginx("proxy_connect_timeout")),
        ("another instance is tried", nginx("proxy_next_upstream_timeout")),
        ("nginx", nginx("proxy_read_timeout")),
        ("the balancer", haproxy("server")),
    ],
    "an idle connection from nginx to main": [
        ("nginx closes", nginx("keepalive_timeout")),
        ("main that leaves closes", constant(LEAVING, "KEPT_SECONDS")),
        ("main closes", 60),
    ],
    "an idle connection from nginx to queue": [
        ("nginx closes", nginx("keepalive_timeout")),
        ("queue that leaves closes", constant(f"{QUEUE}/leaving.py", "KEPT_SECONDS")),
        ("queue closes", constant(f"{QUEUE}/__main__.py", "timeout_keep_alive")),
    ],
    "a quiet line": [
        ("queue pings", constant(f"{QUEUE}/settings.py", "keepalive_seconds")),
        ("the balancer gives up", haproxy("client")),
    ],
    "a chat message": [
        ("Kafka", milliseconds(CHAT, "delivery.timeout.ms")),
        ("the sender's answer", constant(CHAT, "REPORT_WITHIN_SECONDS")),
    ],
    "a batch of chat": [
        ("a majority of MongoDB", milliseconds(STORE, "wtimeout")),
        ("the connection", milliseconds(STORE, "socketTimeoutMS")),
        ("Kafka gives the member up", constant(OPTIONS, "MAX_POLL_INTERVAL_SECONDS")),
    ],
    "a page of history": [
        ("a connection", milliseconds(HISTORY, "connectTimeoutMS")),
        ("an answer", milliseconds(HISTORY, "socketTimeoutMS")),
        ("nginx", nginx("proxy_read_timeout")),
    ],
    "a broker that is silent": [
        ("the others miss it", broker("broker.session.timeout.ms")),
        ("its clients leave it", milliseconds(ADDRESS, "socket.timeout.ms")),
        ("a group misses a member", milliseconds(OPTIONS, "session.timeout.ms")),
    ],
    "a broker that cannot be reached": [
        ("its clients leave it", milliseconds(ADDRESS, "socket.connection.setup.timeout.ms")),
        ("a group misses a member", milliseconds(OPTIONS, "session.timeout.ms")),
    ],
    "an answer of Redis": [
        ("a Sentinel", constant("services/kit/salon_kit/redis/connect.py", "SENTINEL_SECONDS")),
        ("main, for a person", 2.0),
    ],
    "what a copy may lack that is read for want of another": [
        ("it misses the others after 5 s, and leaves", 5 + constant(GROUP, "ALONE_SECONDS")),
        ("nobody reads it who wrote so lately", constant(ENV, "UNNOTICED_SECONDS")),
        ("and lag besides", constant(ENV, "reads_stick_seconds")),
    ],
    "a member of a group": [
        ("three heartbeats", 3 * milliseconds(OPTIONS, "heartbeat.interval.ms")),
        ("it is given up", milliseconds(OPTIONS, "session.timeout.ms")),
        ("it has not asked", constant(OPTIONS, "MAX_POLL_INTERVAL_SECONDS")),
    ],
    "a lease of the line's leader": [
        ("an answer of Redis", constant(f"{QUEUE}/settings.py", "redis_timeout_seconds")),
        ("the lease", constant(f"{QUEUE}/settings.py", "lease_seconds")),
    ],
    "a claim": [
        ("Redis", constant(f"{QUEUE}/settings.py", "redis_timeout_seconds")),
        ("Kafka", constant(f"{QUEUE}/settings.py", "kafka_delivery_seconds")),
    ],
}


@pytest.mark.parametrize("name", LADDERS)
def test_each_wait_ends_before_the_one_that_waits_for_it(name: str) -> None:
    assert out_of_order(LADDERS[name]) == []


@pytest.mark.parametrize("name", LADDERS)
def test_a_wait_that_outlasts_its_caller_is_found(name: str) -> None:
    *_, last = LADDERS[name]
    first, *rest = LADDERS[name]

    assert out_of_order([(first[0], last[1]), *rest])
    assert out_of_order([(first[0], rest[0][1]), *rest]), "as long as its caller is too long"


def test_a_number_that_is_no_longer_where_it_was_is_missed() -> None:
    with pytest.raises(LookupError):
        constant(OPTIONS, "session.timeout.minutes")
