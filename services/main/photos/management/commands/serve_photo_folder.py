"""`manage.py serve_photo_folder --port 7070`: the folder of MAIN_PHOTO_FOLDER, as an S3 store would show it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from config.env import env
from photos.store.folder import FolderStore
from photos.store.folder_server import server
from serving.commands import UncheckedCommand


class Command(UncheckedCommand):
    help = "Take and show photos on one's own machine, in place of an S3 store."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        if env.photo_folder is None:
            raise CommandError("MAIN_PHOTO_FOLDER names no folder")
        store = FolderStore(env)
        store.prepare()
        server(store, host=host, port=port).serve_forever()
