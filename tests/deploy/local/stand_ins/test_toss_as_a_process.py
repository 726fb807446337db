"""What can be seen over a real connection only: answers that are cut, webhooks, and an end by kill -9."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.deploy.local.stand_ins.toss_process import running


def _begun(toss: httpx.Client, order_id: str) -> dict[str, Any]:
    payment = toss.post("/control/payments", json={"orderId": order_id, "amount": 30_000}).json()
    return {"paymentKey": payment["paymentKey"], "orderId": order_id, "amount": 30_000}


@contextmanager
def _shop() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    posted: list[dict[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Not among the lines of tests."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", posted
        server.shutdown()


def test_a_lost_answer_is_an_act_that_was_done_or_was_not_and_both_survive_a_kill(tmp_path: Path) -> None:
    with running(tmp_path / "toss.sqlite") as toss:
        paid, unpaid = _begun(toss, "order-1"), _begun(toss, "order-2")
        for wanted, kind in ((paid, "lose_answer"), (unpaid, "lose_request")):
            toss.put("/control/faults", json=[{"operation": "confirm", "kind": kind}])
            with pytest.raises(httpx.RemoteProtocolError):
                toss.post("/v1/payments/confirm", json=wanted)

    with running(tmp_path / "toss.sqlite") as toss:
        found = [toss.get(f"/v1/payments/{one['paymentKey']}").json()["status"] for one in (paid, unpaid)]
    assert found == ["DONE", "IN_PROGRESS"]


def test_webhooks_come_twice_contradict_and_are_lost(tmp_path: Path) -> None:
    with running(tmp_path / "toss.sqlite") as toss, _shop() as (url, posted):
        toss.put("/control/webhooks", json={"url": url})
        for order, kind in enumerate(("twice", "contradict", "lose")):
            toss.put("/control/faults", json=[{"operation": "webhook", "kind": kind}])
            toss.post("/v1/payments/confirm", json=_begun(toss, f"order-{order}"))
        ends = time.monotonic() + 10
        while len(posted) < 4 and time.monotonic() < ends:
            time.sleep(0.05)

    statuses = sorted((one["data"]["orderId"], one["data"]["status"]) for one in posted)
    assert statuses == [("order-0", "DONE"), ("order-0", "DONE"), ("order-1", "ABORTED"), ("order-1", "DONE")]
