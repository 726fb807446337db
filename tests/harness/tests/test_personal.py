"""What is personal in a log is found by its shape, and what a log must have is not taken for it."""

from __future__ import annotations

import base64
import json
import secrets
from pathlib import Path
from uuid import uuid4

import pytest

from tests.harness.system.personal import personal_in, personal_in_logs

pytestmark = pytest.mark.unit
TICKET = base64.urlsafe_b64encode(b"\x01" + secrets.token_bytes(64)).rstrip(b"=").decode()
PARTS = (b'{"alg":"RS256"}', b'{"sub":"the person"}', b"as good as signed")
SIGNED = ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in PARTS)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ('{"event": "mail_sent", "to": "jieun.kim+dog@example.co.kr"}', "an e-mail address"),
        (f"GET /queue/v1/events/x/line?token={SIGNED}", "a signed token"),
        (f'{{"event": "ticket_refused", "ticket": "{TICKET}"}}', "a ticket"),
        ('"refresh_token": "q3Jz8v-0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"', "a token"),
        (json.dumps({"event": "message_refused", "text": "멍멍! 🐶"}), "a person's words"),
        ('{"event": "message_refused", "text": "멍멍! 🐶"}', "a person's words"),
    ],
)
def test_what_says_who_somebody_is_or_what_they_wrote_is_found(line: str, what: str) -> None:
    assert [one.partition(":")[0] for one in personal_in(line, words=["멍멍! 🐶"])] == [what]


@pytest.mark.parametrize(
    "line",
    [
        json.dumps({"event": "customers_admitted", "trace_id": uuid4().hex, "coupon_event_id": str(uuid4())}),
        "release 3f785a09c1b4e2d8f6a7c5b3e1d9f0a2b4c6d8e0 of salon@sha256:" + "0a" * 32,
        "org.apache.kafka.common.Node@7f31245a",
        "queue-1 lua places/join salon_consumer_lag_seconds_of_a_very_long_name_indeed_here",
    ],
)
def test_ids_digests_and_names_are_nobody(line: str) -> None:
    assert list(personal_in(line, words=["멍멍! 🐶"])) == []


def test_every_file_of_a_folder_is_read(tmp_path: Path) -> None:
    (tmp_path / "zone").mkdir()
    (tmp_path / "zone" / "main-1.log").write_text("a@b.kr", encoding="utf-8")
    (tmp_path / "queue-1.log").write_text("nothing", encoding="utf-8")

    assert personal_in_logs(tmp_path) == {"main-1.log": ["an e-mail address: a@b.kr"]}
