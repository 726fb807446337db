"""`manage.py report_overlaps`: confirmed bookings of one groomer that overlap, which only those of old can."""

from __future__ import annotations

from typing import Any

from bookings.queries import overlapping_pairs
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Print each pair of confirmed bookings of one groomer that overlap; exit code 1 if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = overlapping_pairs()
        for one, other in pairs:
            self.stdout.write(f"groomer {one.groomer_id}: {one.pk} {one.starts_at} and {other.pk} {other.starts_at}")
        if pairs:
            raise SystemExit(1)
