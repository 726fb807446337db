"""Releases and alerts in words: since when, and under which release an alert began."""

from __future__ import annotations

import time
from collections.abc import Sequence

from deploy.monitoring.boards.readings import Firing, Release, began_under

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def of_release(release: Release, now: float) -> str:
    many = "process" if release.processes == 1 else "processes"
    since = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(release.since))
    return (
        f"release {release.version or '?'}: {release.processes} {many}, since {since} ({lasting(now - release.since)})"
    )


def of_alert(alert: Firing, releases: Sequence[Release]) -> str:
    words = f"{alert.severity.upper()}  {alert.name}  {alert.about}"
    if alert.since is None:
        return words
    words += f"  since {time.strftime('%H:%M:%S', time.localtime(alert.since))}"
    release = began_under(alert, releases)
    if release is None:
        return words
    return f"{words}, {lasting(alert.since - release.since)} after release {release.version or '?'} began"


def of_what_to_do(alert: Firing) -> list[str]:
    """What it is, in both languages, and then the steps of its runbook."""
    return [*alert.sentences, *alert.do.splitlines()]


def lasting(seconds: float) -> str:
    if seconds < _MINUTE:
        return f"{max(seconds, 0):.0f} s"
    if seconds < _HOUR:
        return f"{seconds / _MINUTE:.0f} min"
    return f"{seconds / _HOUR:.1f} h" if seconds < _DAY else f"{seconds / _DAY:.0f} d"
