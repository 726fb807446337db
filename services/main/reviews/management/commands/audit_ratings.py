"""`manage.py audit_ratings`: what is kept of each salon's rating, against its reviews."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from reviews.ratings import count_anew, differences
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = (
        "Print every salon whose rating is not that of its reviews; exit code 1 if there are any. --mend counts anew."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--mend", action="store_true", help="count these anew")

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(differences())
        for one in found:
            self.stdout.write(
                f"salon {one.salon_id}: kept {one.kept[0]} reviews, {one.kept[1]} stars;"
                f" counted {one.counted[0]} reviews, {one.counted[1]} stars"
            )
            if options["mend"]:
                count_anew(salon_id=one.salon_id)
        if found and not options["mend"]:
            raise SystemExit(1)
