"""In an S3 store's place before a folder: takes the forms, and shows the sizes to whoever knows their names.

For one's own machine: every body is whole in memory, and a few at once are taken.
"""

from __future__ import annotations

import re
import threading
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

from photos.reencoding.sizes import MAX_BYTES
from photos.store import NothingThere
from photos.store.folder import FolderStore, FormRefused
from photos.store.forms import KEPT

# Fields, and what stands between them.
BESIDES_THE_FILE = 64 * 1024
AT_ONCE = 4
SIZE = re.compile(r"/[^/]+/(photos/[0-9a-f-]{36}/[a-z]+\.webp)", re.ASCII)
_BOUNDARY = re.compile(r'multipart/form-data\s*;.*?boundary="?([A-Za-z0-9\'()+_,./:=? -]{1,70})"?', re.IGNORECASE)
_NAME = re.compile(rb'content-disposition:[^\r\n]*[; ]name="([^"]*)"', re.IGNORECASE)
_STATUS = {"EntityTooLarge": HTTPStatus.BAD_REQUEST, "EntityTooSmall": HTTPStatus.BAD_REQUEST}


class Handler(BaseHTTPRequestHandler):
    store: ClassVar[FolderStore]
    turns: ClassVar[threading.Semaphore] = threading.Semaphore(AT_ONCE)
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:  # the base class has it so
        found = SIZE.fullmatch(self.path)
        try:
            content = self.store.read(found[1], max_bytes=MAX_BYTES) if found else None
        except NothingThere:
            content = None
        if content is None:
            self._refuse(HTTPStatus.NOT_FOUND, "NoSuchKey")
        else:
            self._answer(HTTPStatus.OK, "image/webp", content)

    def do_POST(self) -> None:  # the base class has it so
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MAX_BYTES + BESIDES_THE_FILE:
            self.close_connection = True
            self._refuse(HTTPStatus.BAD_REQUEST, "EntityTooLarge" if length.isdecimal() else "MissingContentLength")
            return
        with self.turns:
            body = self.rfile.read(int(length))
            try:
                fields, content = parted(self.headers.get("Content-Type", ""), body)
                self.store.take(fields, content, now=datetime.now(UTC))
            except FormRefused as refused:
                self._refuse(_STATUS.get(refused.code, HTTPStatus.FORBIDDEN), refused.code)
                return
        self._answer(HTTPStatus.NO_CONTENT, None, b"")

    def _refuse(self, status: HTTPStatus, code: str) -> None:
        self._answer(status, "application/xml", f"<Error><Code>{code}</Code></Error>".encode())

    def _answer(self, status: HTTPStatus, content_type: str | None, body: bytes) -> None:
        self.send_response(status)
        if content_type is not None:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        if status == HTTPStatus.OK:
            self.send_header("Cache-Control", KEPT)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class has it so
        """nginx has a log of it."""


def parted(content_type: str, body: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a form, and the file that comes last. Raises FormRefused."""
    named = _BOUNDARY.match(content_type)
    if named is None:
        raise FormRefused("MalformedPOSTRequest")
    fields: dict[str, str] = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + named[1].encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if name is None:
            raise FormRefused("MalformedPOSTRequest")
        if name[1] == b"file":
            return fields, content
        fields[name[1].decode(errors="replace")] = content.decode(errors="replace")
    raise FormRefused("MalformedPOSTRequest")


def server(store: FolderStore, *, host: str, port: int) -> ThreadingHTTPServer:
    """Bound, and not serving yet."""
    return ThreadingHTTPServer((host, port), type("OfThisFolder", (Handler,), {"store": store}))
