"""From Alertmanager's webhook to Discord, and what is said when nobody watches any more."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from deploy.messages.message import Level, Message, Messages
from deploy.messages.near import LogFile
from deploy.messages.webhook import Discord
from deploy.monitoring.people.notifications import UnreadableNotification, message_of
from deploy.monitoring.people.relay import Relay, server_of
from deploy.monitoring.people.watchdog import Watchdog
from deploy.monitoring.rules.catalogue import ALERTS
from deploy.monitoring.rules.runbooks import what_to_do
from tests.harness.discord.process import fake_discord

DASHBOARDS = "https://grafana.example.org/d/{board}"
BY_NAME = {alert.name: alert for alert in ALERTS}


def alert(name: str, status: str = "firing", **labels: str) -> dict[str, Any]:
    known = BY_NAME[name]
    return {
        "status": status,
        "labels": {"alertname": name, "severity": known.severity.value, **labels},
        "annotations": known.annotations(),
        "startsAt": "2026-11-30T09:00:00.000Z",
    }


def notification(name: str, *alerts: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": "4", "groupLabels": {"alertname": name}, "alerts": list(alerts)}


def relay_to(channels: Mapping[str, Messages]) -> Relay:
    return Relay(channels, dashboards=DASHBOARDS)


@contextmanager
def served(relay: Relay) -> Iterator[str]:
    server = server_of(relay, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(url: str, document: Any) -> int:
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("POST", parts.path, json.dumps(document))
        return connection.getresponse().status
    finally:
        connection.close()


def test_an_alert_is_an_embed_in_both_languages_with_its_runbook_and_its_recovery_is_another(tmp_path: Path) -> None:
    with fake_discord(tmp_path) as discord, served(relay_to({"discord": Discord(discord.address_file)})) as url:
        fires = alert("ProcessDown", process="main-1", zone="a")
        over = alert("ProcessDown", "resolved", process="main-1", zone="a")
        assert post(f"{url}/alerts/discord", notification("ProcessDown", fires)) == 200
        assert post(f"{url}/alerts/discord", notification("ProcessDown", over)) == 200
        first, second = (message["embeds"][0] for message in discord.messages())

    assert first["title"] == "PAGE: ProcessDown"
    assert BY_NAME["ProcessDown"].korean in first["description"]
    assert BY_NAME["ProcessDown"].english in first["description"]
    assert "docs/runbooks/ProcessDown.md" in first["description"]
    assert what_to_do("ProcessDown") in first["description"]
    assert what_to_do("ProcessDown") not in second["description"]
    assert "Dashboard: https://grafana.example.org/d/overview" in first["description"]
    assert {"name": "process", "value": "main-1", "inline": True} in first["fields"]
    assert second["title"] == "RESOLVED: ProcessDown"
    assert first["color"] != second["color"]


def test_of_several_at_once_those_that_still_fire_are_counted(tmp_path: Path) -> None:
    many = [alert("ProcessDown", process=f"main-{n}") for n in range(40)]
    over = alert("ProcessDown", "resolved", process="queue-1")

    message = message_of(notification("ProcessDown", *many, over), dashboards=DASHBOARDS)

    assert message.title == "PAGE: ProcessDown (40)"
    assert message.level is Level.BAD
    assert "queue-1" not in dict(message.facts)["process"]


def test_the_longest_notification_is_taken_by_discord(tmp_path: Path) -> None:
    long = alert("ProcessDown", **{f"label_{n}": "무척 길어요 " * 30 for n in range(60)})
    long["annotations"] = {**long["annotations"], "summary_ko": "길어요 " * 3000}

    with fake_discord(tmp_path) as discord, served(relay_to({"discord": Discord(discord.address_file)})) as url:
        assert post(f"{url}/alerts/discord", notification("ProcessDown", *[long] * 30)) == 200
        assert len(discord.messages()) == 1


def test_what_a_channel_refuses_comes_again_and_the_others_have_it_once(tmp_path: Path) -> None:
    nowhere = tmp_path / "webhook"
    nowhere.write_text("http://127.0.0.1:9/nobody\n", encoding="utf-8")
    kept = tmp_path / "messages.jsonl"
    relay = relay_to({"discord": Discord(nowhere), "file": LogFile(kept)})

    with served(relay) as url:
        fires = notification("ProcessDown", alert("ProcessDown", process="main-1"))
        assert post(f"{url}/alerts/discord", fires) == HTTPStatus.BAD_GATEWAY
        assert post(f"{url}/alerts/file", fires) == 200

    assert len(kept.read_text(encoding="utf-8").splitlines()) == 1
    value = relay.registry.get_sample_value
    assert value("monitoring_messages_total", {"outcome": "failed"}) == 1
    assert value("monitoring_messages_total", {"outcome": "sent"}) == 1


@pytest.mark.parametrize(
    "document",
    [None, [], {}, {"alerts": []}, {"groupLabels": {"alertname": "x"}, "alerts": [{"status": "firing"}]}],
)
def test_what_is_no_notification_is_refused_for_good(tmp_path: Path, document: Any) -> None:
    with pytest.raises(UnreadableNotification):
        message_of(document, dashboards=DASHBOARDS)
    with served(relay_to({"file": LogFile(tmp_path / "messages.jsonl")})) as url:
        assert post(f"{url}/alerts/file", document) == HTTPStatus.BAD_REQUEST
        assert post(f"{url}/alerts/nobody", document) == HTTPStatus.NOT_FOUND


def test_when_the_watchdog_is_silent_people_are_written_to_once_and_once_more_when_it_is_back() -> None:
    now, sent = [0.0], list[Message]()
    watchdog = Watchdog(send=sent.append, now=lambda: now[0], silent_seconds=120)

    for second in range(600):
        now[0] = float(second)
        if second < 100 or second > 400:
            watchdog.barked()
        watchdog.look()

    assert [message.level for message in sent] == [Level.BAD, Level.GOOD]


def test_a_watchdog_that_barks_now_and_then_is_no_news() -> None:
    now, sent = [0.0], list[Message]()
    watchdog = Watchdog(send=sent.append, now=lambda: now[0], silent_seconds=120)

    for second in range(600):
        now[0] = float(second)
        if second % 100 == 0:
            watchdog.barked()
        watchdog.look()

    assert sent == []
