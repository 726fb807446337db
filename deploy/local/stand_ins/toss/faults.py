"""How an answer can go wrong. `PUT /control/faults` says what happens to the next ones of an operation, each once.

| kind | the act | the answer |
|---|---|---|
| `slow` (`seconds`) | is done | comes later |
| `lose_request` | is not done | the connection is cut |
| `lose_answer` | is done | the connection is cut in the middle of it |
| `refuse` (`code`) | is not done | that refusal, with its documented status |
| `contradict` (`code`) | is done | that refusal all the same |
| `still_processing` | is not done yet | 200, and the payment in a state that is not the last |
| `garbage` | is done | 200 with a page |

Of a webhook: `twice`, `contradict` (ABORTED beside what is so), `lose`.
"""

from __future__ import annotations

from typing import Any

from starlette.types import Receive, Scope, Send

from deploy.local.stand_ins.toss.refusals import STATUS_OF

OF_ACTS = frozenset({"slow", "lose_request", "lose_answer", "refuse", "contradict", "still_processing", "garbage"})
OF_WEBHOOKS = frozenset({"twice", "contradict", "lose"})
OPERATIONS = {"confirm": OF_ACTS, "cancel": OF_ACTS, "get": OF_ACTS, "webhook": OF_WEBHOOKS}
MOST_SECONDS = 60.0


def check(operation: Any, fault: dict[str, Any]) -> None:
    """Raises ValueError."""
    if operation not in OPERATIONS or fault.get("kind") not in OPERATIONS[operation]:
        raise ValueError(f"{operation}: one of {', '.join(sorted(OPERATIONS.get(operation, OPERATIONS)))}")
    needs_code = fault["kind"] in {"refuse", "contradict"} and operation != "webhook"
    if needs_code and fault.get("code") not in STATUS_OF:
        raise ValueError(f"code: one of {', '.join(sorted(STATUS_OF))}")
    if fault["kind"] == "slow" and not 0 <= float(fault.get("seconds", -1)) <= MOST_SECONDS:
        raise ValueError(f"seconds: at most {MOST_SECONDS}")


class Cut:
    """An answer of which the head arrives, and no more: the server closes a connection that owes a body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-type", b"application/json"), (b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"paymentKey": "', "more_body": True})
