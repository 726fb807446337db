"""`manage.py report_overlaps`: confirmed bookings of one groomer that overlap, which only those of old can."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from bookings.queries import overlapping_pairs


class Command(BaseCommand):
    help = "Print each pair of confirmed bookings of one groomer that overlap; exit code 1 if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        pairs = overlapping_pairs()
        for one, other in pairs:
            self.stdout.write(f"groomer {one.groomer_id}: {one.pk} {one.starts_at} and {other.pk} {other.starts_at}")
        if pairs:
            raise SystemExit(1)
