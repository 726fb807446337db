"""`manage.py rebuild_search`: what salons are found by, as they are now. Again and again changes nothing."""

from __future__ import annotations

from typing import Any

from salons.search.index.keeping import keep_all
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = (
        "Compare what each salon is found by with what it says, and write what differs. Needed after salons were "
        "written past the application, or by a release from before there was a search."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{keep_all()} salons were not in step, and are now")
