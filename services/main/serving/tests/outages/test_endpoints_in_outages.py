"""Every endpoint while a store is dead, and while it hangs: it works, or says within two seconds that it cannot.

The endpoints are those of the published document, so that a new one is asked too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from pymongo.uri_parser import parse_uri

from accounts.models import Account
from api.tests.harness.tcp_proxy import TcpProxy
from config.env import env
from conftest import MakeAccount
from messaging.tests.kafka import until
from salon_contracts.http.problem import MEDIA_TYPE
from serving.tests.outages.endpoints import A_LITTLE, WITHIN_SECONDS, Answer, Endpoints
from serving.tests.served import MYSQL, Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
NOBODY = "127.0.0.1:9"
# Who needs each of these, in words of the document; everybody else works without. MySQL is needed by most.
NEEDED_BY = {
    "redis": set[str](),
    "kafka": {"list_messages"},
    "mongodb": {"list_messages"},
}
# Else the store was not away at all. (A room of whose partition nothing was ever said has no history to ask for.)
SURELY_REFUSED = {"mysql": {"list_salons", "list_my_bookings", "book_slot"}, "kafka": {"list_messages"}}


@pytest.fixture
def endpoints(serve: Callable[..., Served], make_account: MakeAccount) -> Endpoints:
    return Endpoints(customer=make_account(), operator=make_account(role=Account.Role.OPERATOR))


@pytest.fixture
def stores() -> Iterator[dict[str, TcpProxy]]:
    redis = httpx.URL(env.redis_url.replace("redis://", "http://"))
    [(mongodb_host, mongodb_port)] = parse_uri(env.mongodb_url)["nodelist"]
    proxies = {
        "redis": TcpProxy(host=redis.host, port=redis.port or 6379),
        "mongodb": TcpProxy(host=mongodb_host, port=mongodb_port),
    }
    yield proxies
    for proxy in proxies.values():
        proxy.cut()


def _unmet(answers: list[Answer], store: str, *, usual_seconds: float = 0) -> list[str]:
    """`usual_seconds`: what the slowest takes on this machine while nothing is away."""
    allowed = WITHIN_SECONDS + A_LITTLE + usual_seconds
    wrong = list(filter(None, (answer.wrong(allowed_seconds=allowed) for answer in answers)))
    refused = {answer.operation for answer in answers if answer.status == 503}
    wrong += [f"{name} went on" for name in SURELY_REFUSED.get(store, set[str]()) - refused]
    if store in NEEDED_BY:
        wrong += [
            f"{answer.operation} does not need {store}: {answer.text[:200]}"
            for answer in answers
            if answer.status == 503 and answer.operation not in NEEDED_BY[store]
        ]
    return wrong


@pytest.mark.unit
@pytest.mark.parametrize(
    ("status", "seconds", "headers"),
    [
        (200, 60.0, {}),
        (500, 0.1, {"content-type": MEDIA_TYPE}),
        (503, 0.1, {"content-type": "text/html", "retry-after": "2"}),
        (503, 0.1, {"content-type": MEDIA_TYPE}),
    ],
)
def test_a_late_answer_a_bug_and_a_refusal_without_its_words_are_found(
    status: int, seconds: float, headers: dict[str, str]
) -> None:
    assert Answer("list_salons", status, seconds, headers, "").wrong()
    assert not Answer("list_salons", 503, 0.1, {"content-type": MEDIA_TYPE, "retry-after": "2"}, "").wrong()


def _failures(answers: list[Answer]) -> list[Answer]:
    return [answer for answer in answers if answer.status >= 500]


@pytest.mark.parametrize("how", ["dead", "hanging"])
def test_each_endpoint_works_or_refuses_in_time_while_a_store_is_away(
    serve: Callable[..., Served], mysql: TcpProxy, stores: dict[str, TcpProxy], endpoints: Endpoints, how: str
) -> None:
    main = serve(
        MAIN_REDIS_URL=f"redis://127.0.0.1:{stores['redis'].port}/0",
        MAIN_MONGODB_URL=f"mongodb://127.0.0.1:{stores['mongodb'].port}/salon",
        MAIN_WRITES_PER_ACCOUNT_AT_ONCE="1000",
    ).client
    whole = endpoints.ask_all(main)
    assert not _failures(whole)
    usual = max(answer.seconds for answer in whole)

    unmet = {}
    for store, proxy in {"mysql": mysql, **stores}.items():
        proxy.cut() if how == "dead" else proxy.hold()
        unmet[store] = _unmet(endpoints.ask_all(main), store, usual_seconds=usual)
        proxy.mend() if how == "dead" else proxy.release()
        until(lambda: not _failures(endpoints.ask_all(main)), seconds=40, what=f"for {store} to be back")

    assert unmet == {store: [] for store in unmet}


@pytest.mark.parametrize("how", ["dead", "hanging"])
def test_each_endpoint_works_or_refuses_in_time_while_kafka_is_away(
    serve: Callable[..., Served], endpoints: Endpoints, how: str
) -> None:
    silent = TcpProxy(host=MYSQL.members[0].host, port=MYSQL.members[0].port)
    silent.hold()
    main = serve(MAIN_KAFKA_BROKERS=f"127.0.0.1:{silent.port}" if how == "hanging" else NOBODY).client

    unmet = _unmet(endpoints.ask_all(main), "kafka")

    silent.cut()
    assert unmet == []
