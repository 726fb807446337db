"""schemathesis asks every endpoint of main for what its document allows and for what it does not, as each who may ask.

No answer is a 5xx, and none is one that the document does not know. Forms, broken framing and header sizes are asked
by test_raw_requests: no OpenAPI document has words for them.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account
from api.callers.acting import By
from chat.rooms.services import open_room
from conftest import MakeAccount, access_token_of
from coupons.operating import services
from coupons.operating.terms import Terms
from salons.models import Groomer
from serving.tests.served import MAIN, Served, mysql, serve

__all__ = ["mysql", "serve"]
pytestmark = pytest.mark.django_db(transaction=True)
PUBLISHED = MAIN.parents[1] / "docs" / "openapi.json"
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "unsupported_method", "allow_header_conformance", "ignored_auth"),
)
# For each who may ask: what is tried, and how often. More with SALON_FUZZING_EXAMPLES, for whoever has the time.
WHO = {
    "customer": ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "3", "--max-time", "30"),
    "operator": ("--phases", "fuzzing,stateful", "--max-examples", "2", "--max-time", "15"),
    "groomer": ("--phases", "fuzzing", "--max-examples", "2", "--max-time", "15"),
    "stranger": ("--phases", "fuzzing", "--max-examples", "2", "--max-time", "15"),
}


def _known(customer: Account, operator: Account) -> dict[str, list[Any]]:
    """What there is to ask for."""
    groomer = Groomer.objects.order_by("pk")[0]
    now = timezone.now()
    terms = Terms(title="봄", quantity=3, discount_won=1000, opens_at=now, closes_at=now + timedelta(days=1))
    by = By(operator.pk, now)
    events = [services.create_coupon_event(terms=terms, by=by) for _ in range(3)]
    services.ACTS["publish"](event_id=events[0].pk, by=by)
    room = open_room(groomer_id=groomer.pk, by=By(customer.pk, now)).room
    return {
        "groomer_id": [groomer.pk],
        "treatment_id": [groomer.salon.treatments.all()[0].pk],
        "treatment": [groomer.salon.treatments.all()[0].pk],
        "salon_id": [groomer.salon_id],
        "event_id": [str(event.pk) for event in events],
        "room_id": [str(room.pk), str(room.pk).upper()],
    }


@pytest.mark.timeout(240)
@pytest.mark.parametrize("role", WHO)
def test_no_endpoint_answers_what_its_document_does_not_say(
    serve: Callable[..., Served], make_account: MakeAccount, role: str, tmp_path: Path
) -> None:
    main = serve(MAIN_WRITES_PER_ACCOUNT_PER_MINUTE="60000", MAIN_WRITES_PER_ACCOUNT_AT_ONCE="60000")
    people = {name: make_account(role=name) for name in ("customer", "operator", "groomer")}
    known = _known(people["customer"], people["operator"])
    header = [] if role == "stranger" else ["--header", f"Authorization: Bearer {access_token_of(people[role])}"]

    ended = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(PUBLISHED), "--url", str(main.client.base_url)),
            *("--checks", ",".join(CHECKS), "--request-timeout", "10", "--continue-on-failure", *header, *WHO[role]),
            *("--generation-deterministic", "--no-color", "--warnings", "off"),
            *(("--max-examples", more) if (more := os.environ.get("SALON_FUZZING_EXAMPLES")) else ()),
        ],
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "api.tests.documents.fuzzing_hooks",
            "PYTHONPATH": os.pathsep.join((str(MAIN), os.environ.get("PYTHONPATH", ""))),
            "FUZZED_KNOWN": json.dumps(known),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    print(ended.stdout)  # noqa: T201  # what was asked, when it fails
    assert ended.returncode == 0
    assert "Tested: 0" not in ended.stdout
    assert "request_failed" not in main.log.read_text()
