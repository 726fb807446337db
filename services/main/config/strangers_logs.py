"""What strangers do wrong is told in one short line: it is no fault of ours, and they must not fill our log."""

from __future__ import annotations

import logging

MAX_LENGTH = 200


def short_about_strangers(record: logging.LogRecord) -> bool:
    """A filter of handlers: Django logs an odd Host, cookie or body with all of it, as an error with its traceback."""
    of_security = record.name.startswith("django.security.")
    if of_security or (record.name == "django.request" and record.levelno < logging.ERROR):
        record.msg, record.args = record.getMessage()[:MAX_LENGTH], ()
        record.exc_info = record.exc_text = None
        if record.levelno > logging.WARNING:
            record.levelno, record.levelname = logging.WARNING, logging.getLevelName(logging.WARNING)
    return True
