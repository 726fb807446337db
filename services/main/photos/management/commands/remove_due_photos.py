"""`manage.py remove_due_photos`: what is due now, once. The worker for scheduled acts calls the same function."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from photos.due import remove_due
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Remove from the store what is shown nowhere any more."

    def handle(self, *args: Any, **options: Any) -> None:
        done = total = remove_due(now=timezone.now())
        while done:
            done = remove_due(now=timezone.now())
            total += done
        self.stdout.write(f"{total} removed")
