"""`manage.py mend_stored_texts`: names and titles that were stored before today's rules, in the form of today."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from entry.stored_texts import accounts_with_unfit_addresses, mend, unfit_rows
from salon_kit.tracing import trace_id_from, traced
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = (
        "Mend names, titles and messages that hold control, direction or invisible characters, or are not in NFC. "
        "With --dry-run: show them, and what would be written. Again and again gives the same. Ends with 1 if an "
        "operator has to decide about some: names that another row has, and e-mail addresses that are none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        left = 0
        with traced(trace_id_from(None)):
            for found in unfit_rows():
                is_mended = dry_run or mend(found)
                left += not is_mended
                outcome = "would be" if dry_run else "is now" if is_mended else "stays, another row has that name, as"
                for name, text in found.texts.items():
                    was = ascii(getattr(found.row, name))
                    self.stdout.write(f"{found.label} {found.row.pk} {name} {was} {outcome} {text!a}")
        for account_id in accounts_with_unfit_addresses():
            left += 1
            self.stdout.write(f"accounts.Account {account_id} email is no address: give them one in the admin")
        if left:
            raise SystemExit(1)
