"""`manage.py send_parked_events`: record again what was set aside, once its cause is mended."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from outbox.models import ParkedRow
from outbox.parking import send_again
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = (
        "Send events again that Kafka had refused for good: all of a topic, or those with these ids (see the admin). "
        "They go behind later ones of their key. On a compacted topic an overtaken one stays: it is an old state."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--topic")
        which.add_argument("--ids", type=int, nargs="+", metavar="ID")

    def handle(self, *args: Any, topic: str | None, ids: list[int] | None, **options: Any) -> None:
        chosen = ParkedRow.objects.filter(topic=topic) if topic else ParkedRow.objects.filter(pk__in=ids or [])
        kept = 0
        for row in chosen.order_by("pk"):
            sent = send_again(row)
            kept += not sent
            self.stdout.write(f"{row.pk} {row}: {'waits to be sent' if sent else 'stays, a later state has gone'}")
        if kept:
            raise SystemExit(1)
