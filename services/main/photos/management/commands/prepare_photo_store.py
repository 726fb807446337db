"""`manage.py prepare_photo_store`: the bucket and who may read in it, where the store does not have them yet."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from photos.store import configured_store


class Command(BaseCommand):
    help = "Make the place for photos, again and again. Without a store there is nothing to do."

    def handle(self, *args: Any, **options: Any) -> None:
        store = configured_store()
        if store is None:
            self.stdout.write("no store for photos is configured")
            return
        store.prepare()
