"""Django writes a line for each answer of 500 and more, some with a traceback: of those of an outage few are enough."""

from __future__ import annotations

import logging

from salon_kit.outage_lines import OutageLines

_lines = OutageLines()


def once_about_an_outage(record: logging.LogRecord) -> bool:
    """A filter of handlers. What led to the answer has a line of its own (api/problems.py), with its reason."""
    if record.name != "django.request" or getattr(record, "status_code", 0) != 503:
        return True
    record.exc_info = record.exc_text = None
    times = _lines.times("django.request")
    record.msg, record.args = f"{record.getMessage()} ({times} times)" if times > 1 else record.getMessage(), ()
    return times > 0
