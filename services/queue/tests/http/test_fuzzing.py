"""schemathesis asks every endpoint for what its document allows and for what it does not, as each who may ask.

No answer is a 5xx, and none is one that the document does not know.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

import pytest

from salon_contracts.events.coupons import EventState
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main

PUBLISHED = Path(__file__).parents[4] / "docs" / "queue-openapi.json"
CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_headers_conformance"),
    *("response_schema_conformance", "unsupported_method", "allow_header_conformance", "ignored_auth"),
)
# For each who may ask: what is tried, and how often. More with SALON_FUZZING_EXAMPLES, for whoever has the time.
WHO = {
    "customer": ("--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "5"),
    "operator": (
        "--phases",
        "coverage,fuzzing",
        "--max-examples",
        "5",
        "--include-operation-id",
        "follow_line_numbers",
    ),
    "stranger": ("--phases", "fuzzing,stateful", "--max-examples", "4"),
}


@pytest.mark.timeout(180)
@pytest.mark.parametrize("role", WHO)
async def test_no_endpoint_answers_what_its_document_does_not_say(
    start_queue: StartQueue, keys: Keys, main: Main, role: str, tmp_path: Path
) -> None:
    queue = start_queue(QUEUE_JOINS_PER_ACCOUNT="100000")
    is_open, is_over = main.publish(coupon_event(paused=True)), main.publish(coupon_event(state=EventState.CLOSED))
    await until_known(is_open, queue)
    await until_known(is_over, queue)
    header = [] if role == "stranger" else ["--header", f"Authorization: Bearer {keys.token(7, role=role)}"]

    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "schemathesis.cli", "run", str(PUBLISHED), "--url", queue.url),
        *("--checks", ",".join(CHECKS), "--request-timeout", "5", "--continue-on-failure", *header, *WHO[role]),
        *(("--max-examples", more) if (more := os.environ.get("SALON_FUZZING_EXAMPLES")) else ()),
        cwd=tmp_path,
        env={
            **os.environ,
            "SCHEMATHESIS_HOOKS": "tests.harness.fuzzing_hooks",
            "PYTHONPATH": os.pathsep.join((str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", ""))),
            "FUZZED_EVENT_OPEN": str(is_open.coupon_event_id),
            "FUZZED_EVENT_OVER": str(is_over.coupon_event_id),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()

    assert process.returncode == 0, output.decode()
    assert "Traceback" not in queue.log.read_text()
