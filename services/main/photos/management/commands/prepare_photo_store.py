"""`manage.py prepare_photo_store`: the bucket and who may read in it, where the store does not have them yet."""

from __future__ import annotations

from typing import Any

from photos.store import configured_store
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Make the place for photos, again and again. Without a store there is nothing to do."

    def handle(self, *args: Any, **options: Any) -> None:
        store = configured_store()
        if store is None:
            self.stdout.write("no store for photos is configured")
            return
        store.prepare()
