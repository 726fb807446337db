"""Every endpoint while a store is dead, and while it hangs: it works, or says within two seconds that it cannot.

The endpoints are those of the published document, so that a new one is asked too.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from django.utils import timezone
from pymongo.uri_parser import parse_uri

from accounts.models import Account
from api.callers.acting import By
from api.tests.harness.tcp_proxy import TcpProxy
from chat.rooms.services import open_room
from config.env import env
from conftest import MakeAccount, access_token_of
from coupons.operating import services
from coupons.operating.terms import Terms
from messaging.tests.kafka import until
from salon_contracts.http.problem import MEDIA_TYPE
from salons.models import Groomer
from serving.tests.served import MAIN, MYSQL, Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]
PUBLISHED = json.loads((MAIN.parents[1] / "docs" / "openapi.json").read_text())
WITHIN_SECONDS = 2.0
# What a machine with two cores and other things to do adds.
A_LITTLE = 2.0
NOBODY = "127.0.0.1:9"
# Who needs each of these, in words of the document; everybody else works without. MySQL is needed by most.
NEEDED_BY = {
    "redis": set[str](),
    "kafka": {"list_messages"},
    "mongodb": {"list_messages"},
}
# Else the store was not away at all. (A room of whose partition nothing was ever said has no history to ask for.)
SURELY_REFUSED = {"mysql": {"list_salons", "list_my_bookings", "book_slot"}, "kafka": {"list_messages"}}


@dataclass(frozen=True)
class Answer:
    operation: str
    status: int
    seconds: float
    headers: Mapping[str, str]
    text: str

    def wrong(self, *, allowed_seconds: float = WITHIN_SECONDS + A_LITTLE) -> str:
        if self.seconds > allowed_seconds:
            return f"{self.operation}: {self.status} after {self.seconds:.1f} s"
        if self.status == 503:
            if self.headers.get("content-type") != MEDIA_TYPE or int(self.headers.get("retry-after", 0)) < 1:
                return f"{self.operation}: 503 without its words: {self.text[:200]}"
            return ""
        return f"{self.operation}: {self.status} {self.text[:200]}" if self.status >= 500 else ""


class Endpoints:
    def __init__(self, *, customer: Account, operator: Account) -> None:
        self._tokens = {account.role: access_token_of(account) for account in (customer, operator)}
        self._values = _values(customer, operator)

    def ask_all(self, main: httpx.Client) -> list[Answer]:
        found = [
            (method.upper(), path, operation)
            for path, operations in PUBLISHED["paths"].items()
            for method, operation in operations.items()
            if method in {"get", "post", "put", "patch", "delete"}
        ]
        with ThreadPoolExecutor(max_workers=4) as threads:
            return list(threads.map(lambda one: self._ask(main, *one), found))

    def _ask(self, main: httpx.Client, method: str, path: str, operation: dict[str, Any]) -> Answer:
        query = {
            each["name"]: self._values[each["name"]]
            for each in operation.get("parameters", [])
            if each.get("required") and each["in"] == "query"
        }
        role = "operator" if "/coupon-events" in path else "customer"
        headers = {"Authorization": f"Bearer {self._tokens[role]}"} if operation.get("security") != [{}] else {}
        began = time.monotonic()
        answer = main.request(
            method, path.format(**self._values), params=query, json=self._body(operation), headers=headers
        )
        seconds = time.monotonic() - began
        return Answer(operation["operationId"], answer.status_code, seconds, answer.headers, answer.text)

    def _body(self, operation: dict[str, Any]) -> Any:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return None
        schema = PUBLISHED["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        return {name: self._values[name] for name in schema.get("required", ())}


_DOG = {
    "dog_id": str(uuid4()),
    "breed": "mixed",
    "born_in": "2021-03",
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_000,
    "coat": "curly",
}
_OF_OTHERS = {"time_off_id": 1, "ends_at": "2027-01-01T00:00:00+09:00", "page": "/", "vitals": [], "failures": []}


def _values(customer: Account, operator: Account) -> dict[str, Any]:
    """What there is to ask for, by its name in the document."""
    groomer = Groomer.objects.order_by("pk")[0]
    now = timezone.now()
    treatment = groomer.salon.treatments.all()[0]
    by = By(operator.pk, now)
    terms = Terms(title="봄", quantity=3, discount_won=1000, opens_at=now, closes_at=now + timedelta(days=1))
    event = services.create_coupon_event(terms=terms, by=by)
    services.ACTS["publish"](event_id=event.pk, by=by)
    return {
        "groomer_id": groomer.pk,
        "treatment_id": treatment.pk,
        "treatment": treatment.pk,
        "dog_size": "small",
        "salon_id": groomer.salon_id,
        "booking_id": str(uuid4()),
        "event_id": str(event.pk),
        "room_id": str(open_room(groomer_id=groomer.pk, by=By(customer.pk, now)).room.pk),
        "starts_at": (now + timedelta(days=3)).replace(hour=2, minute=0, second=0, microsecond=0).isoformat(),
        "email": f"{uuid4().hex}@daengdaeng.test",
        "password": "a-password-of-this-test",
        "name": "보리 보호자",
        "new_password": "another-password-of-this-test",
        "token": "of-no-mail",
        "code": "000000",
        "session_id": str(uuid4()),
        **_DOG,
        **_OF_OTHERS,
        "client": "mobile",
        "title": "봄",
        "quantity": 3,
        "discount_won": 1000,
        "opens_at": (now + timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=2)).isoformat(),
        "pace_ceiling_per_second": 10,
        "ko": "곧",
        "en": "Soon",
    }


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
