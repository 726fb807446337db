"""Whatever is to be said reaches Discord within its limits, and nobody waits for it in vain."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.messages.message import Level, Message, NotDelivered
from deploy.messages.near import All, LogFile
from deploy.messages.webhook import Discord, SlackLike, discord_document
from tests.harness.discord.process import fake_discord
from tests.harness.discord.server import what_is_wrong

LONG = "무척 길어요 " * 1000
texts = st.text(max_size=7000)


@given(title=texts, text=texts, facts=st.lists(st.tuples(st.text(min_size=1, max_size=400), texts), max_size=30))
@settings(deadline=None, max_examples=150)
def test_no_message_is_too_long_for_discord(title: str, text: str, facts: list[tuple[str, str]]) -> None:
    document = discord_document(Message("배포 " + title, text, Level.GOOD, facts))

    assert what_is_wrong(document) is None


def test_a_message_that_is_not_cut_is_refused() -> None:
    """The control: the limits are those that the fake Discord keeps."""
    assert what_is_wrong({"embeds": [{"title": LONG, "description": ""}]})
    assert what_is_wrong({"embeds": [{"title": "x", "description": LONG}]})
    assert what_is_wrong({"content": LONG})
    assert what_is_wrong({"embeds": [{"title": "x", "fields": [{"name": "a", "value": ""}]}]})


def test_a_long_message_arrives_with_its_title_and_its_facts(tmp_path: Path) -> None:
    with fake_discord(tmp_path) as discord:
        Discord(discord.address_file).send(Message("v2 was taken back", LONG, Level.BAD, [("who", "지은")]))

        [message] = discord.messages()

    [embed] = message["embeds"]
    assert embed["title"] == "v2 was taken back"
    assert embed["fields"] == [{"name": "who", "value": "지은", "inline": True}]
    assert embed["description"].endswith("…")
    assert message["allowed_mentions"] == {"parse": []}


def test_who_is_told_to_come_later_comes_later(tmp_path: Path) -> None:
    with fake_discord(tmp_path, refuse_first=2) as discord:
        Discord(discord.address_file).send(Message("v2 runs"))

        assert len(discord.messages()) == 1


def test_one_channel_that_is_away_keeps_nothing_from_the_others_and_tells_nobody_its_address(tmp_path: Path) -> None:
    nowhere = tmp_path / "webhook"
    nowhere.write_text("http://127.0.0.1:9/services/a-secret")
    log = tmp_path / "messages.jsonl"
    complaints: list[str] = []

    All([SlackLike(nowhere), LogFile(log)], complaints.append).send(Message("v2 runs", facts=[("who", "지은")]))

    [line] = log.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["facts"] == {"who": "지은"}
    assert len(complaints) == 1
    assert "a-secret" not in complaints[0]


def test_a_webhook_that_refuses_for_good_is_not_asked_again(tmp_path: Path) -> None:
    with fake_discord(tmp_path) as discord:
        began = time.monotonic()

        with pytest.raises(NotDelivered, match="empty"):
            SlackLike(discord.address_file).send(Message("Discord reads no `text`"))

        assert time.monotonic() - began < 1
