"""Every endpoint of the published document, asked with values that are there."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from chat.rooms.services import open_room
from conftest import access_token_of
from coupons.operating import services
from coupons.operating.terms import Terms
from salon_contracts.http.problem import MEDIA_TYPE
from salons.models import Groomer
from serving.tests.served import MAIN

PUBLISHED = json.loads((MAIN.parents[1] / "docs" / "openapi.json").read_text())
WITHIN_SECONDS = 2.0
# What a machine with two cores and other things to do adds.
A_LITTLE = 2.0
# Of bodies of which one part or another has to be there, as no list of required fields can say.
_WAIT = ("salon_id", "treatment_id", "dog_size", "first_day", "last_day")
_VISIT = ("groomer_id", "treatment_id", "dog_size", "starts_at")
WHOLE_BODIES = {"book_slot": _VISIT, "hold_slot": _VISIT, "join_waitlist": _WAIT}


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
        names = WHOLE_BODIES.get(operation["operationId"], schema.get("required", ()))
        return {name: self._values[name] for name in names}


_DOG = {
    "dog_id": str(uuid4()),
    "breed": "mixed",
    "born_in": "2021-03",
    "sex": "female",
    "neutered": "yes",
    "weight_grams": 5_000,
    "coat": "curly",
}
_OF_OTHERS = {
    "hold_id": str(uuid4()),
    "entry_id": str(uuid4()),
    "payment_id": str(uuid4()),
    "payment_key": "of-no-payment",
    "order_id": "of-no-payment",
    "won": 30_000,
    "feed_id": str(uuid4()),
    "secret": "of-no-feed",
    "first_day": "2026-12-24",
    "last_day": "2026-12-24",
    "client": "mobile",
    "purpose": "dog",
    "content_type": "image/jpeg",
    "size": 1_000,
    "photo_id": str(uuid4()),
    "review_id": str(uuid4()),
    "stars": 5,
    "text": "고맙습니다",
    "reason": "other",
    "provider": "google",
    "account_id": 1,
    "time_off_id": 1,
    "ends_at": "2027-01-01T00:00:00+09:00",
    "page": "/",
    "vitals": [],
    "failures": [],
}
_OF_OWNERS: dict[str, list[Any]] = {
    "photo_ids": [],
    "rules": [],
    "opening_hours": [],
    "breaks": [],
    "closed_days": [],
    "treatments": [],
}


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
        "visit": f"{treatment.pk}:small",
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
        **_OF_OWNERS,
        "title": "봄",
        "quantity": 3,
        "discount_won": 1000,
        "opens_at": (now + timedelta(days=1)).isoformat(),
        "closes_at": (now + timedelta(days=2)).isoformat(),
        "pace_ceiling_per_second": 10,
        "ko": "곧",
        "en": "Soon",
    }
