"""`manage.py retry_set_aside`: give records that were set aside back to their topics, once their cause is mended."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.db.models import QuerySet

from chat.history.dead_letters import letters
from chat.history.pages import history
from config.env import env
from messaging.models import SetAsideRecord
from messaging.resending import CannotBeSent, Resender, event_in, resender
from salon_contracts.events.chat import ChatMessageSentV1
from salon_contracts.events.topics import CHAT_MESSAGES
from salon_contracts.stores.chat_history import id_of_event
from salon_kit.kafka.records import Record
from serving.commands import UncheckedCommand


class _Found(NamedTuple):
    name: str
    reason: str
    record: Record
    is_whole: bool
    row: SetAsideRecord | None
    """None for a letter of the chat-worker's: letters stay in their topic."""


class Command(UncheckedCommand):
    help = (
        "Send records again that could not be applied: those with these ids (see the admin), those of a topic "
        "(chat-messages: the letters in chat-messages-dlq), or all. What still cannot be read stays. With --dry-run: "
        "show which, why they were set aside and what would become of them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--ids", type=int, nargs="+", metavar="ID")
        which.add_argument("--topic")
        which.add_argument("--all", action="store_true")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, ids: list[int] | None, topic: str | None, dry_run: bool, **options: Any) -> None:
        stayed = 0
        with resender(brokers=env.kafka_brokers) as sending:
            for found in _chosen(ids=ids, topic=topic):
                try:
                    outcome = _retry(found, sending=sending, dry_run=dry_run)
                except CannotBeSent as why:
                    outcome, stayed = f"stays, {why}", stayed + 1
                self.stdout.write(f"{found.name} ({found.reason}): {outcome}")
        if stayed:
            raise SystemExit(1)


def _chosen(*, ids: list[int] | None, topic: str | None) -> Iterator[_Found]:
    rows: QuerySet[SetAsideRecord] = SetAsideRecord.objects.order_by("pk")
    if ids:
        rows = rows.filter(pk__in=ids)
    elif topic:
        rows = rows.filter(topic=topic)
    for row in rows.iterator(chunk_size=100):
        name = f"{row.pk} {row} of {row.consumer_group}"
        yield _Found(name, row.reason, _record_of(row), row.is_whole, row)
    if not ids and topic in {None, CHAT_MESSAGES.name}:
        for letter in letters(brokers=env.kafka_brokers):
            place = f"{letter.record.topic}/{letter.record.partition}@{letter.record.offset}"
            yield _Found(f"letter {letter.offset} {place}", letter.reason, letter.record, letter.is_whole, None)


def _retry(found: _Found, *, sending: Resender, dry_run: bool) -> str:
    """Raises CannotBeSent."""
    record = found.record if found.is_whole else sending.whole(found.record)
    event = event_in(record)
    if isinstance(event, ChatMessageSentV1) and history().find(id_of_event(event)) is not None:
        return "nothing to do, its message stands in history"
    if dry_run:
        return "would be sent again"
    sending.send(record)
    if found.row is not None:
        found.row.delete()  # only now: sent twice is harmless, forgotten unsent is not
    return "sent again"


def _record_of(row: SetAsideRecord) -> Record:
    headers = tuple(
        (name, None if value is None else bytes.fromhex(value)) for name, value in json.loads(bytes(row.headers))
    )
    key, value = (None if part is None else bytes(part) for part in (row.key, row.value))
    return Record(row.topic, row.partition, row.offset, key=key, value=value, headers=headers)
