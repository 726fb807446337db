"""Bodies that cannot be accepted, at every endpoint that writes: a clear refusal, and no row anywhere."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.harness.api_client import Answer, ApiClient
from tests.harness.people import Person
from tests.harness.refusals import assert_refused
from tests.harness.system.backstage import Backstage
from tests.harness.system.row_counts import census, left_behind

NOWHERE = str(uuid4())
IN_A_WEEK = (datetime.now(UTC) + timedelta(days=7)).isoformat()
IN_TWO_WEEKS = (datetime.now(UTC) + timedelta(days=14)).isoformat()


@dataclass(frozen=True)
class WriteEndpoint:
    """A body that fits, and for each of its fields values that do not."""

    path: str
    who: str
    fits: dict[str, Any]
    wrong: dict[str, list[Any]]

    def __str__(self) -> str:
        return self.path.replace(NOWHERE, "{id}")


ACCOUNTS = WriteEndpoint(
    "/api/v1/accounts",
    "nobody",
    {"email": "somebody@daengdaeng.test", "password": "long-enough-password", "name": "손님"},
    {
        "email": ["no address", "a" * 300 + "@daengdaeng.test", "", None, 5, ["a@b.test"]],
        "password": ["short", "", "p" * 5_000, None, 12345678],
        "name": ["", "n" * 500, None, {"first": "a"}, "nul\0"],
    },
)
SESSIONS = WriteEndpoint(
    "/api/v1/sessions",
    "nobody",
    {"email": "somebody@daengdaeng.test", "password": "long-enough-password", "client": "mobile"},
    {"email": [None, 5, ""], "password": [None, {}, "p" * 5_000], "client": ["toaster", None, 1]},
)
BOOKINGS = WriteEndpoint(
    "/api/v1/bookings",
    "customer",
    {"groomer_id": 1, "treatment_id": 1, "dog_size": "small", "starts_at": IN_A_WEEK},
    {
        "groomer_id": [0, -1, "one", 1.5, True, None, 2**70],
        "treatment_id": [0, "1", None, 2**70],
        "dog_size": ["huge", None, 3, ["small"]],
        "starts_at": ["tomorrow", None, 5, "2026-13-01T10:00:00+09:00", "2026-01-01T10:00:00", "9" * 400],
    },
)
COUPON_EVENTS = WriteEndpoint(
    "/api/v1/coupon-events",
    "operator",
    {"title": "drop", "quantity": 5, "discount_won": 1000, "opens_at": IN_A_WEEK, "closes_at": IN_TWO_WEEKS},
    {
        "title": ["", "t" * 101, None, 5],
        "quantity": [0, -5, 2**40, "five", 1.5, True, None],
        "discount_won": [0, "a lot", None],
        "opens_at": ["soon", None, 0, "2026-01-01T00:00:00"],
        "closes_at": ["2020-01-01T00:00:00+00:00", IN_A_WEEK, None],
        "max_waiting": [0, "many"],
    },
)
ROOMS = WriteEndpoint("/api/v1/rooms", "customer", {"groomer_id": 1}, {"groomer_id": [0, "1", None, 1.5, True, 2**70]})
READ_MARKS = WriteEndpoint(
    "/api/v1/notifications/read", "customer", {}, {"ids": ["all", [None], [{}], ["1"], list(range(200))]}
)
REFRESH = WriteEndpoint(
    "/api/v1/sessions/refresh", "nobody", {"refresh_token": "x" * 43}, {"refresh_token": [5, {}, "x" * 9_000]}
)
PUBLISH = WriteEndpoint(f"/api/v1/coupon-events/{NOWHERE}/publish", "operator", {}, {})
TICKET = WriteEndpoint(
    f"/queue/v1/events/{NOWHERE}/ticket", "customer", {}, {"ticket": [5, {}, [], "", "t" * 201, True]}
)
ENDPOINTS = (ACCOUNTS, SESSIONS, REFRESH, BOOKINGS, COUPON_EVENTS, PUBLISH, ROOMS, READ_MARKS, TICKET)

WRONG_VALUES = [
    pytest.param(endpoint, field, value, id=f"{endpoint} {field}={str(value)[:24]}")
    for endpoint in ENDPOINTS
    for field, values in endpoint.wrong.items()
    for value in values
]
MALFORMED = {
    "half an object": b'{"a": ',
    "no JSON": b"<xml/>",
    "not UTF-8": b'{"a": "\xff\xfe"}',
    "a depth without end": b"[" * 3_000,
    "two documents": b"{} {}",
}


@pytest.fixture(params=ENDPOINTS, ids=str)
def endpoint(request: pytest.FixtureRequest) -> WriteEndpoint:
    assert isinstance(request.param, WriteEndpoint)
    return request.param


@pytest.fixture(autouse=True)
async def nothing_half_done(backstage: Backstage) -> AsyncIterator[None]:
    before = await census(backstage)
    yield
    assert left_behind(before, await census(backstage)) == {}


@pytest.fixture
def as_who(nobody: ApiClient, customer: Person, operator: Person) -> dict[str, ApiClient]:
    return {"nobody": nobody, "customer": customer.api, "operator": operator.api}


async def _post(endpoints: dict[str, ApiClient], endpoint: WriteEndpoint, body: Any) -> Answer:
    return await endpoints[endpoint.who].call("POST", endpoint.path, json_body=body)


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_body_that_is_no_json_is_called_malformed(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint, raw: bytes
) -> None:
    answer = await as_who[endpoint.who].call(
        "POST", endpoint.path, raw_body=raw, headers={"Content-Type": "application/json"}
    )

    assert_refused(answer, status=400, code="malformed-request")


@pytest.mark.parametrize("body", [[], "text", 5, None, [{}]], ids=str)
async def test_a_body_that_is_no_object_is_refused(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint, body: Any
) -> None:
    answer = await as_who[endpoint.who].call(
        "POST", endpoint.path, raw_body=_json(body), headers={"Content-Type": "application/json"}
    )

    assert_refused(answer, status=400, code="malformed-request")


async def test_a_field_nobody_asked_for_is_refused_and_named(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint
) -> None:
    answer = await _post(as_who, endpoint, {**endpoint.fits, "surprise": 1})

    assert_refused(answer, status=422, code="invalid-input")
    assert "surprise" in [error["field"] for error in answer.body["errors"]]


@pytest.mark.parametrize(("endpoint", "field", "value"), WRONG_VALUES)
async def test_a_value_that_does_not_fit_is_refused_and_its_field_named(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint, field: str, value: Any
) -> None:
    answer = await _post(as_who, endpoint, {**endpoint.fits, field: value})

    assert_refused(answer, status=422, code="invalid-input")
    assert any(error["field"].split(".")[0] == field for error in answer.body["errors"]), answer.body["errors"]


async def test_every_field_that_must_be_there_is_named_when_it_is_not(as_who: dict[str, ApiClient]) -> None:
    answer = await _post(as_who, COUPON_EVENTS, {})

    assert_refused(answer, status=422, code="invalid-input")
    assert {error["field"] for error in answer.body["errors"]} == set(COUPON_EVENTS.fits)


async def test_a_body_of_another_kind_is_an_unsupported_media_type(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint
) -> None:
    answer = await as_who[endpoint.who].call(
        "POST", endpoint.path, raw_body=b"a=1", headers={"Content-Type": "text/plain"}
    )

    assert_refused(answer, status=415, code="unsupported-media-type")


async def test_a_body_larger_than_is_taken_is_refused_before_it_is_read(
    as_who: dict[str, ApiClient], endpoint: WriteEndpoint
) -> None:
    answer = await as_who[endpoint.who].call(
        "POST", endpoint.path, raw_body=io.BytesIO(b" " * (2 << 20)), headers={"Content-Type": "application/json"}
    )

    assert_refused(answer, status=413, code="too-large")


@pytest.mark.parametrize("language", ["ko", "en"])
async def test_a_refusal_speaks_the_language_that_was_asked_for(as_who: dict[str, ApiClient], language: str) -> None:
    endpoint = replace(BOOKINGS, fits={})

    answer = await as_who[endpoint.who].call("POST", endpoint.path, json_body={}, headers={"Accept-Language": language})

    assert_refused(answer, status=422, code="invalid-input")
    assert answer.body["title"].isascii() == (language == "en")


def _json(body: Any) -> bytes:
    return json.dumps(body).encode()
