"""`make mails`: what the system wrote to people. On this machine mails go into a folder, and nobody else gets one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from deploy.local.places import LOCAL, shown

# Django's filebased backend ends each mail of a connection with such a line.
_END = b"-" * 79


def mails_in(folder: Path) -> Iterator[EmailMessage]:
    """The oldest first, as far as each is written whole."""
    for file in sorted(folder.glob("*.log"), key=lambda file: file.stat().st_mtime_ns):
        *whole, _begun = file.read_bytes().split(_END)
        for written in whole:
            yield message_from_bytes(written.strip(), _class=EmailMessage, policy=policy.default)


def in_words(mail: EmailMessage) -> str:
    """Its text; what a calendar reads in it is named only."""
    body = mail.get_body(("plain",))
    text = body.get_content().strip() if body else ""
    others = [f"[{part.get_content_type()}]" for part in mail.walk() if part is not body and not part.is_multipart()]
    return "\n".join([f"{mail['date']}\n{mail['to']}: {mail['subject']}\n\n{text}", *others]) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.local.develop.mails")
    parser.add_argument("--profile", default="dev")
    parser.add_argument("--last", type=int, default=5)
    arguments = parser.parse_args()
    folder = LOCAL / arguments.profile / "mails"
    last = list(mails_in(folder))[-arguments.last :]
    if not last:
        print(f"no mails in {shown(folder)}", file=sys.stderr)
    print(("\n" + "─" * 79 + "\n").join(in_words(mail) for mail in last))
    return 0


if __name__ == "__main__":
    sys.exit(main())
