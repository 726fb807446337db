"""The line of the day before: once to each channel, whoever sends it, and as true as what was measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time as clock
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path
from threading import Barrier

import pytest

from deploy.local.places import ROOT
from deploy.messages.message import Level, Message, Messages, NotDelivered
from deploy.messages.webhook import Discord
from deploy.monitoring.people.daily import Daily
from deploy.monitoring.people.day import ZONE, Day, message_of
from deploy.monitoring.prometheus_api import NotAnswered
from tests.harness.discord.process import fake_discord

YESTERDAY = date(2026, 11, 29)
MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=ZONE)
DAY = Day(
    YESTERDAY,
    availability={"main": 0.99987, "queue": 1.0},
    p95={"main": 0.124, "queue": 0.018},
    drops=2,
    coupons=400,
    alerts=("ConsumerIsLate",),
    deploys=("v12", "v13"),
)


class Kept:
    """A channel that keeps what it was sent, and refuses while `refuses` is more than nought."""

    def __init__(self, refuses: int = 0) -> None:
        self.messages: list[Message] = []
        self.refuses = refuses

    def send(self, message: Message) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NotDelivered("429")
        self.messages.append(message)


def daily(folder: Path, channels: dict[str, Messages], *, now: datetime = MORNING, day: Day | None = DAY) -> Daily:
    return Daily(at=time(9), folder=folder, channels=channels, day_of=lambda _: day, now=lambda: now)


def test_the_line_says_how_yesterday_was_in_both_languages_and_discord_takes_it(tmp_path: Path) -> None:
    with fake_discord(tmp_path) as discord:
        daily(tmp_path / "notes", {"discord": Discord(discord.address_file)}).look()
        [message] = discord.messages()

    [embed] = message["embeds"]
    assert embed["title"].endswith("2026-11-29")
    korean, english = embed["description"].splitlines()
    assert korean == "가용성 99.987% · p95 124 ms · 드롭 2 · 쿠폰 400 · 경보 1 · 배포 2"
    assert english == "availability 99.987% · p95 124 ms · drops 2 · coupons 400 · alerts 1 · deploys 2"
    assert {"name": "deploys", "value": "v12 → v13", "inline": True} in embed["fields"]


def test_the_longest_day_is_within_discord_s_limits(tmp_path: Path) -> None:
    names = tuple(f"an alert with a very long name, number {number}" for number in range(400))
    worst = replace(DAY, alerts=names, deploys=names, availability=dict.fromkeys(names, 0.5))

    with fake_discord(tmp_path) as discord:
        daily(tmp_path / "notes", {"discord": Discord(discord.address_file)}, day=worst).look()
        assert len(discord.messages()) == 1


def test_before_its_hour_and_of_a_day_on_which_nothing_was_measured_nothing_is_sent(tmp_path: Path) -> None:
    kept = Kept()

    daily(tmp_path, {"a": kept}, now=MORNING.replace(hour=8, minute=59)).look()
    daily(tmp_path, {"a": kept}, day=None).look()

    assert kept.messages == []


def test_each_day_has_one_line_however_often_it_is_looked_and_begun_again(tmp_path: Path) -> None:
    kept = Kept()

    for hour in (9, 9, 12, 23):
        one = daily(tmp_path, {"a": kept}, now=MORNING.replace(hour=hour))
        one.look()
        one.look()
    daily(tmp_path, {"a": kept}, now=MORNING.replace(month=12, day=1)).look()

    assert len(kept.messages) == 2


def test_a_channel_that_refuses_is_tried_again_and_the_others_have_it_once(tmp_path: Path) -> None:
    slow, well = Kept(refuses=2), Kept()

    for _ in range(4):
        daily(tmp_path, {"slow": slow, "well": well}).look()

    assert (len(slow.messages), len(well.messages)) == (1, 1)


def test_while_prometheus_does_not_answer_the_line_waits(tmp_path: Path) -> None:
    answers, kept = [False], Kept()

    def day_of(_: date) -> Day:
        if not answers[0]:
            raise NotAnswered("refused")
        return DAY

    one = Daily(at=time(9), folder=tmp_path, channels={"a": kept}, day_of=day_of, now=lambda: MORNING)
    one.look()
    answers[0] = True
    one.look()

    assert len(kept.messages) == 1


@pytest.fixture
def paused_before_it_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the note: whoever comes in there sees that nobody has sent it."""
    write = Daily._write

    def late(self: Daily, note: Path, text: str) -> None:
        clock.sleep(0.1)
        write(self, note, text)

    monkeypatch.setattr(Daily, "_write", late)


@pytest.mark.usefixtures("paused_before_it_is_noted")
def test_of_copies_that_look_at_once_one_sends(tmp_path: Path) -> None:
    kept = Kept()
    copies = [daily(tmp_path, {"a": kept}) for _ in range(8)]

    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(lambda copy: copy.look(), copies))

    assert len(kept.messages) == 1


def test_without_the_lock_more_than_one_of_them_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the statement above: all have looked before the first one notes."""
    kept = Kept()
    copies = [daily(tmp_path, {"a": kept}) for _ in range(8)]
    all_have_looked = Barrier(len(copies), timeout=30)

    def late(_self: Daily, note: Path, text: str) -> None:
        all_have_looked.wait()
        note.write_text(text, encoding="ascii")

    monkeypatch.setattr(Daily, "_alone", lambda _self: nullcontext())
    monkeypatch.setattr(Daily, "_write", late)

    with ThreadPoolExecutor(len(copies)) as pool:
        list(pool.map(lambda copy: copy.look(), copies))

    assert len(kept.messages) == len(copies)


DIES_WHILE_IT_SENDS = """
import os, signal, sys
from pathlib import Path
from tests.deploy.monitoring.test_daily import Kept, daily
class Dies(Kept):
    def send(self, message):
        os.kill(os.getpid(), signal.SIGKILL)
daily(Path(sys.argv[1]), {"a": Dies()}).look()
"""


def test_who_was_killed_while_sending_has_perhaps_sent_it_and_it_is_not_sent_again(tmp_path: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", DIES_WHILE_IT_SENDS, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    kept = Kept()

    daily(tmp_path, {"a": kept}).look()

    assert kept.messages == []
    assert os.listdir(tmp_path) != []


def test_a_day_that_failed_its_objective_is_marked() -> None:
    assert message_of(replace(DAY, availability={"main": 0.9985, "queue": 1.0})).level is Level.BAD
    assert message_of(DAY).level is Level.INFO
