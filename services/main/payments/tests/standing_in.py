"""The stand-in of Toss Payments as tests have it, and one in memory for those that need many payments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx
from django.db import connection

from due.models import DueAct
from due.services import carry_out, due_ids
from payments.provider.port import Answer, Facts, Outcome


@dataclass
class StandIn:
    """The process, by its door for tests (deploy/local/stand_ins/toss/control.py)."""

    client: httpx.Client

    def pays(self, payment: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What its page sends a customer back with, who has chosen how to pay."""
        asked = {"orderId": payment["order_id"], "amount": payment["won"], **more}
        begun = self.client.post("/control/payments", json=asked).json()
        return {"payment_key": begun["paymentKey"], "order_id": payment["order_id"], "won": payment["won"]}

    def goes_wrong(self, *faults: dict[str, Any]) -> None:
        assert self.client.put("/control/faults", json=list(faults)).status_code == 204

    def has(self, paid: dict[str, Any]) -> dict[str, Any]:
        return dict(self.client.get(f"/v1/payments/{paid['payment_key']}").json())

    def does(self, act: str, paid: dict[str, Any]) -> None:
        assert self.client.post(f"/control/payments/{paid['payment_key']}/{act}").status_code == 200

    def calls(self, operation: str) -> list[dict[str, Any]]:
        return [call for call in self.client.get("/control/calls").json() if call["operation"] == operation]


Misbehaviour = str
"""`lose` (done, unanswered), `ignore` (not done, unanswered), `deny` (done, and said to be refused), `refuse`."""


@dataclass
class InMemory:
    """A provider that keeps its promises about keys, and none about answers. `to_come` is what goes wrong, in order."""

    client_key: str = "test_ck"
    is_resting: bool = False
    payments: dict[str, Facts] = field(default_factory=dict)
    answered: dict[str, Answer] = field(default_factory=dict)
    to_come: list[Misbehaviour] = field(default_factory=list)
    before_each: Callable[[str], None] = lambda call: None
    calls: list[str] = field(default_factory=list)

    def begun(self, order_id: str, won: int) -> str:
        key = f"mem{uuid4().hex}"
        self.payments[key] = Facts(key, order_id, "IN_PROGRESS", won, won)
        return key

    def confirm(self, *, payment_key: str, order_id: str, won: int, idempotency_key: str) -> Answer:
        return self._carried_out("confirm", payment_key, idempotency_key, self._confirmed)

    def cancel(self, *, payment_key: str, won: int, reason: str, idempotency_key: str) -> Answer:
        return self._carried_out("cancel", payment_key, idempotency_key, lambda facts: _cancelled(facts, won))

    def find(self, *, payment_key: str) -> Answer:
        self._called("find")
        if self.to_come and self.to_come[0] == "ignore find":
            self.to_come.pop(0)
            return Answer(Outcome.UNKNOWN)
        facts = self.payments.get(payment_key)
        return Answer(Outcome.NOT_FOUND, http_status=404) if facts is None else Answer(Outcome.KNOWN, facts, "", 200)

    def find_order(self, *, order_id: str) -> Answer:
        of_it = [facts for facts in self.payments.values() if facts.order_id == order_id]
        return self.find(payment_key=of_it[0].payment_key if of_it else "")

    @property
    def held_won(self) -> int:
        return sum(facts.balance_won for facts in self.payments.values() if facts.is_paid)

    def _confirmed(self, facts: Facts) -> Facts | str:
        return "ALREADY_PROCESSED_PAYMENT" if facts.status != "IN_PROGRESS" else _changed(facts, status="DONE")

    def _carried_out(self, call: str, payment_key: str, key: str, act: Callable[[Facts], Facts | str]) -> Answer:
        self._called(call)
        wrong = self.to_come.pop(0) if self.to_come and "find" not in self.to_come[0] else ""
        if wrong == "ignore":
            return Answer(Outcome.UNKNOWN)
        if wrong == "refuse":
            return Answer(Outcome.REFUSED, code="REJECT_CARD_PAYMENT", http_status=403)
        if key not in self.answered:
            done = act(self.payments[payment_key])
            if isinstance(done, Facts):
                self.payments[payment_key] = done
                self.answered[key] = Answer(Outcome.KNOWN, done, "", 200)
            else:
                self.answered[key] = Answer(Outcome.ALREADY, code=done, http_status=400)
        if wrong == "lose":
            return Answer(Outcome.UNKNOWN)
        if wrong == "deny":
            return Answer(Outcome.REFUSED, code="REJECT_CARD_PAYMENT", http_status=403)
        return self.answered[key]

    def _called(self, call: str) -> None:
        self.calls.append(call)
        self.before_each(call)


def _cancelled(facts: Facts, won: int) -> Facts | str:
    left = facts.balance_won - won
    if left < 0:
        return "ALREADY_CANCELED_PAYMENT"
    return _changed(facts, status="PARTIAL_CANCELED" if left else "CANCELED", balance_won=left)


def _changed(facts: Facts, *, status: str, balance_won: int | None = None) -> Facts:
    left = facts.balance_won if balance_won is None else balance_won
    return Facts(facts.payment_key, facts.order_id, status, facts.total_won, left, facts.can_be_refunded_partly)


def outside_transactions(_call: str) -> None:
    assert not connection.in_atomic_block, "nobody waits for a provider with a lock in hand"


def work(now: Any, *, rounds: int = 1) -> None:
    """As the worker does, of money only."""
    for _ in range(rounds):
        for act_id in due_ids(now=now, at_most=100):
            if DueAct.objects.filter(pk=act_id, kind__startswith="settle-").exists():
                carry_out(act_id, now=now)
