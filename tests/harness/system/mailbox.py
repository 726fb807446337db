"""What people find in their mail: on this machine it goes into a folder."""

from __future__ import annotations

import asyncio
import os
import time

from deploy.local.develop.mails import mails_in
from deploy.local.places import LOCAL

MAILS = LOCAL / os.environ.get("SALON_PROFILE", "test") / "mails"
MAILED_WITHIN_SECONDS = 30.0


async def link_in_mail(address: str, path: str) -> str:
    """The whole link of the newest mail to this address that leads to this page. Raises AssertionError."""
    until_then = time.monotonic() + MAILED_WITHIN_SECONDS
    while time.monotonic() < until_then:
        for mail in reversed([mail for mail in mails_in(MAILS) if mail["to"] == address] if MAILS.exists() else []):
            body = mail.get_body(("plain",))
            links = [word for word in body.get_content().split() if f"/{path}#" in word] if body else []
            if links:
                return str(links[0])
        await asyncio.sleep(0.25)
    raise AssertionError(f"no mail to {address} that leads to {path} in {MAILS}")
