"""What an alert is: a condition, how long it must last, whom it wakes, and where to look."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from deploy.monitoring.rules.runbooks import what_to_do


class Severity(Enum):
    """A page wakes somebody; a ticket waits until morning. `none` is for machines."""

    PAGE = "page"
    TICKET = "ticket"
    NONE = "none"


@dataclass(frozen=True)
class Alert:
    """`korean` and `english` are one sentence each, in which `{{ $labels.x }}` may stand.

    `dashboard` is the uid of the one to open; the runbook is docs/runbooks/<name>.md.
    """

    name: str
    expression: str
    lasts: str
    severity: Severity
    korean: str
    english: str
    dashboard: str

    @property
    def runbook(self) -> str:
        return f"docs/runbooks/{self.name}.md"

    def annotations(self) -> dict[str, str]:
        return {
            "summary_ko": self.korean,
            "summary_en": self.english,
            "dashboard": self.dashboard,
            "runbook": self.runbook,
            "do": what_to_do(self.name),
        }

    def rule(self) -> dict[str, Any]:
        return {
            "alert": self.name,
            "expr": self.expression,
            "for": self.lasts,
            "labels": {"severity": self.severity.value},
            "annotations": self.annotations(),
        }


def page(name: str, expression: str, lasts: str, korean: str, english: str, dashboard: str) -> Alert:
    return Alert(name, expression, lasts, Severity.PAGE, korean, english, dashboard)


def ticket(name: str, expression: str, lasts: str, korean: str, english: str, dashboard: str) -> Alert:
    return Alert(name, expression, lasts, Severity.TICKET, korean, english, dashboard)
