"""`python -m tests.harness.discord.server PORT FILE [--refuse-first 2]`: a webhook that keeps the limits of Discord's.

Each message that it takes is a line of JSON in FILE. `--refuse-first` answers so many requests with 429 before that.
"""

from __future__ import annotations

import argparse
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

# Characters and numbers, from Discord's documentation of webhooks and embeds.
CONTENT, EMBEDS, EMBED_ALTOGETHER = 2000, 10, 6000
OF_AN_EMBED = {"title": 256, "description": 4096}
OF_A_FIELD = {"name": 256, "value": 1024}
FIELDS = 25


def what_is_wrong(document: Any) -> str | None:
    """Why Discord would answer 400; None when it would take it."""
    if not isinstance(document, dict):
        return "not an object"
    embeds = document.get("embeds") or []
    if not document.get("content") and not embeds:
        return "Cannot send an empty message"
    if len(document.get("content") or "") > CONTENT:
        return f"content: must be {CONTENT} or fewer in length"
    if len(embeds) > EMBEDS:
        return f"embeds: must be {EMBEDS} or fewer"
    wrong = [problem for embed in embeds for problem in _of_embed(embed)]
    if sum(map(_length, embeds)) > EMBED_ALTOGETHER:
        wrong.append(f"embeds: altogether {EMBED_ALTOGETHER} or fewer in length")
    return wrong[0] if wrong else None


def _of_embed(embed: dict[str, Any]) -> list[str]:
    wrong = [
        f"{name}: must be {most} or fewer" for name, most in OF_AN_EMBED.items() if len(embed.get(name, "")) > most
    ]
    fields = embed.get("fields", [])
    if len(fields) > FIELDS:
        wrong.append(f"fields: must be {FIELDS} or fewer")
    for field in fields:
        wrong += [f"field {name}: required" for name in OF_A_FIELD if not field.get(name)]
        wrong += [f"field {name}: too long" for name, most in OF_A_FIELD.items() if len(field.get(name, "")) > most]
    return wrong


def _length(embed: dict[str, Any]) -> int:
    fields = sum(len(field.get(name, "")) for field in embed.get("fields", []) for name in OF_A_FIELD)
    return fields + sum(len(embed.get(name, "")) for name in OF_AN_EMBED)


class Webhook(BaseHTTPRequestHandler):
    kept: Path
    refuse = 0

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if type(self).refuse > 0:
            type(self).refuse -= 1
            self._answer(429, {"message": "You are being rate limited.", "retry_after": 0.2}, {"Retry-After": "0.2"})
            return
        try:
            document = json.loads(body)
        except ValueError:
            self._answer(400, {"message": "The request body contains invalid JSON.", "code": 50109})
            return
        wrong = what_is_wrong(document)
        if wrong:
            self._answer(400, {"message": wrong, "code": 50035})
            return
        with self.kept.open("a", encoding="utf-8") as file:
            file.write(json.dumps(document, ensure_ascii=False) + "\n")
        self._answer(204, None)

    def _answer(self, status: int, document: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        body = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """What it took stands in the file."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--refuse-first", type=int, default=0)
    arguments = parser.parse_args()
    Webhook.kept, Webhook.refuse = arguments.file, arguments.refuse_first
    ThreadingHTTPServer(("127.0.0.1", arguments.port), Webhook).serve_forever()


if __name__ == "__main__":
    main()
