"""What Toss posts to a shop of what has changed: unsigned, sometimes twice, sometimes of a state that was not the last.

One try each, where Toss makes seven over days: who relies on webhooks is to be found out.
"""

from __future__ import annotations

import json
import threading
import urllib.request
from datetime import UTC, datetime
from typing import Any

from deploy.local.stand_ins.toss.store import Store

SECONDS = 5.0


def notify(store: Store, payment: dict[str, Any], *, kind: str) -> None:
    """Beside whoever asked."""
    fault = store.take_fault("webhook").get("kind")
    document = {"eventType": kind, "createdAt": datetime.now(UTC).isoformat(), "data": payment}
    if kind == "DEPOSIT_CALLBACK":
        document = {"createdAt": document["createdAt"], **_of_deposit(payment)}
    posted = [] if fault == "lose" else [document] * (2 if fault == "twice" else 1)
    if fault == "contradict":
        posted.append({**document, "data": {**payment, "status": "ABORTED"}})
    threading.Thread(target=_post_all, args=(store, store.webhook_url, posted), daemon=True).start()


def _of_deposit(payment: dict[str, Any]) -> dict[str, Any]:
    return {name: payment[name] for name in ("secret", "status", "orderId")} | {
        "transactionKey": payment["lastTransactionKey"]
    }


def _post_all(store: Store, url: str, documents: list[dict[str, Any]]) -> None:
    for document in documents:
        store.note_webhook(document, _post(url, document) if url else "nobody asked for it")


def _post(url: str, document: dict[str, Any]) -> str:
    body, headers = json.dumps(document).encode(), {"Content-Type": "application/json"}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=SECONDS) as answer:
            return str(answer.status)
    except OSError as error:
        return type(error).__name__
