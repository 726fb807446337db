"""Worlds for the alerts on how fast an objective is used up."""

from __future__ import annotations

from collections.abc import Mapping

from tests.deploy.monitoring.rules.worlds import Case, World

_HTTP = "salon_http_request_seconds"
_OK = f'{_HTTP}_count{{service="main",status="2xx"}}'
_BAD = f'{_HTTP}_count{{service="main",status="5xx"}}'
_SOON = f'{_HTTP}_bucket{{service="main",le="0.5"}}'
_CHAT = "main_chat_delay_seconds"
_CHAT_ALL, _CHAT_SOON = f'{_CHAT}_count{{service="main"}}', f'{_CHAT}_bucket{{service="main",le="1.0"}}'
_OF_MAIN = ({"service": "main"},)


def _burns(alert: str, failing: Mapping[str, str], well: Mapping[str, str], *, at: str, interval: str) -> Case:
    quiet = {series: values.replace("+", "+0.000") for series, values in failing.items()}
    return Case(alert, World(failing, _OF_MAIN, at), World(well, at=at), interval, also_silent=(World(quiet, at=at),))


OBJECTIVES = (
    # 20 a second: 2 % fail, where 14.4 times 0.1 % is a page; and 0.5 %, which is less than 6 times 0.1 %.
    _burns(
        "AvailabilityBurnsFast",
        {_OK: "0+98x120", _BAD: "0+2x120"},
        {_OK: "0+99.5x120", _BAD: "0+0.5x120"},
        at="10m",
        interval="5s",
    ),
    # 0.5 % for three hours; then 0.05 %, which is within what is allowed.
    _burns(
        "AvailabilityBurnsSlowly",
        {_OK: "0+9950x40", _BAD: "0+50x40"},
        {_OK: "0+9995x40", _BAD: "0+5x40"},
        at="3h",
        interval="5m",
    ),
    _burns(
        "LatencyBurnsFast",
        {_OK: "0+100x120", _SOON: "0+70x120"},
        {_OK: "0+100x120", _SOON: "0+95x120"},
        at="10m",
        interval="5s",
    ),
    _burns(
        "LatencyBurnsSlowly",
        {_OK: "0+10000x40", _SOON: "0+9500x40"},
        {_OK: "0+10000x40", _SOON: "0+9950x40"},
        at="3h",
        interval="5m",
    ),
    _burns(
        "ChatDelayBurnsFast",
        {_CHAT_ALL: "0+100x120", _CHAT_SOON: "0+70x120"},
        {_CHAT_ALL: "0+100x120", _CHAT_SOON: "0+95x120"},
        at="10m",
        interval="5s",
    ),
    _burns(
        "ChatDelayBurnsSlowly",
        {_CHAT_ALL: "0+10000x40", _CHAT_SOON: "0+9500x40"},
        {_CHAT_ALL: "0+10000x40", _CHAT_SOON: "0+9950x40"},
        at="3h",
        interval="5m",
    ),
)
