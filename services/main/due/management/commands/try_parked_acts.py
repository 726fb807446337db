"""`manage.py try_parked_acts`: try again what was parked, once its cause is mended."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.utils import timezone

from due.models import DueAct
from due.services import try_again
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Try due acts again that failed so often that they were parked: all of a kind, or those with these ids."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--kind")
        which.add_argument("--ids", type=int, nargs="+", metavar="ID")

    def handle(self, *args: Any, kind: str | None, ids: list[int] | None, **options: Any) -> None:
        parked = DueAct.objects.filter(parked_at__isnull=False)
        for act in (parked.filter(kind=kind) if kind else parked.filter(pk__in=ids or [])).order_by("pk"):
            try_again(act, now=timezone.now())
            self.stdout.write(f"{act.pk} {act}: waits to be tried")
