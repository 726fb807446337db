"""Alertmanager's notification, as a message to people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.messages.message import Level, Message

# More of one kind at once is one event with many parts.
SHOWN_AT_MOST = 8


class UnreadableNotification(Exception):
    """It is not what Alertmanager sends (version 4)."""


BOARD = "{board}"


def message_of(document: Any, *, dashboards: str) -> Message:
    """`dashboards` is the address of a board, with {board} where its uid stands. Raises UnreadableNotification."""
    try:
        alerts: Sequence[Mapping[str, Any]] = document["alerts"]
        name = document["groupLabels"]["alertname"]
        firing = [alert for alert in alerts if alert["status"] == "firing"]
        shown = firing or list(alerts)
        severity = shown[0]["labels"]["severity"]
        do = _what_to_do(shown[0]) if firing else []
        text = "\n".join([*_lines(shown), *do, *_where_to_look(shown[0], dashboards)])
        facts = _facts(shown)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise UnreadableNotification(repr(error)) from error
    if firing:
        count = f" ({len(firing)})" if len(firing) > 1 else ""
        return Message(f"{severity.upper()}: {name}{count}", text, Level.BAD, facts)
    return Message(f"RESOLVED: {name}", text, Level.GOOD, facts)


def _lines(alerts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Each in both languages."""
    summaries = dict.fromkeys(
        f"{alert['annotations']['summary_ko']}\n{alert['annotations']['summary_en']}" for alert in alerts
    )
    lines = list(summaries)[:SHOWN_AT_MOST]
    if len(summaries) > SHOWN_AT_MOST:
        lines.append(f"… +{len(summaries) - SHOWN_AT_MOST}")
    return lines


def _what_to_do(alert: Mapping[str, Any]) -> list[str]:
    """Nothing where the rules are of a release that did not say so."""
    text = alert["annotations"].get("do", "")
    return ["", f"할 일 / What to do:\n{text}", ""] if text else []


def _where_to_look(alert: Mapping[str, Any], dashboards: str) -> list[str]:
    annotations = alert["annotations"]
    return [
        f"Runbook: {annotations['runbook']}",
        f"Dashboard: {dashboards.replace(BOARD, annotations['dashboard'])}",
    ]


def _facts(alerts: Sequence[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    labels: dict[str, dict[str, None]] = {}
    for alert in alerts:
        for label, value in alert["labels"].items():
            if label not in {"alertname", "severity", "job", "instance"}:
                labels.setdefault(label, {})[str(value)] = None
    facts = [(label, ", ".join(values)) for label, values in labels.items()]
    return (("since", str(alerts[0]["startsAt"])), *facts)
