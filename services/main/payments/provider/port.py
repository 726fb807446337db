"""What a provider of payments is asked, and what its answers mean. No answer is believed that another contradicts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Outcome(StrEnum):
    KNOWN = "known"
    """It answered with the payment as it is."""
    ALREADY = "already"
    """What is asked for has happened before: ask for the truth."""
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    OURS = "ours"
    """Our key or our request is wrong: people have to look."""
    UNKNOWN = "unknown"
    """It may have been done, or not: ask for the truth."""


@dataclass(frozen=True)
class Facts:
    """A payment as the provider has it. All won, whole."""

    payment_key: str
    order_id: str
    status: str
    total_won: int
    balance_won: int
    """What of it has not gone back."""
    can_be_refunded_partly: bool = True

    @property
    def is_paid(self) -> bool:
        return self.status in {"DONE", "PARTIAL_CANCELED"}

    @property
    def waits_for_deposit(self) -> bool:
        return self.status == "WAITING_FOR_DEPOSIT"

    @property
    def is_over(self) -> bool:
        """Nothing of it is with the provider, and nothing will be."""
        return self.status in {"ABORTED", "EXPIRED", "CANCELED"}


@dataclass(frozen=True)
class Answer:
    outcome: Outcome
    facts: Facts | None = None
    """With KNOWN."""
    code: str = ""
    http_status: int = 0


class Provider(Protocol):
    """Nothing is raised: who does not answer within the seconds, or answers garbage, has answered UNKNOWN."""

    @property
    def client_key(self) -> str:
        """For the page in which customers pay."""

    @property
    def is_resting(self) -> bool:
        """It has not answered for a while, and is left alone for some seconds."""

    def confirm(self, *, payment_key: str, order_id: str, won: int, idempotency_key: str) -> Answer: ...

    def cancel(self, *, payment_key: str, won: int, reason: str, idempotency_key: str) -> Answer: ...

    def find(self, *, payment_key: str) -> Answer: ...

    def find_order(self, *, order_id: str) -> Answer: ...
