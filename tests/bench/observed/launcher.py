"""`python launcher.py on|off -m coupon_queue` or `… manage.py serve …`: starts a program of ours as `python` would.

With `off` it writes no line and counts nothing. No setting of the product does this, since nobody is to run it so: here
what writes and what counts is exchanged for what does nothing, before the program is loaded. Run as a file, in the
program's own folder: it knows nothing of this repository's tests.
"""

from __future__ import annotations

import functools
import logging
import os
import runpy
import sys
from typing import Any

WHAT_COUNTS = {"inc", "dec", "set", "observe", "set_function"}


class Nothing:
    """In the place of one counter, gauge or histogram."""

    def inc(self, amount: float = 1, exemplar: object = None) -> None: ...
    def dec(self, amount: float = 1) -> None: ...
    def set(self, value: float) -> None: ...
    def observe(self, amount: float, exemplar: object = None) -> None: ...
    def set_function(self, f: object) -> None: ...


def count_nothing() -> None:
    from prometheus_client import Counter, Gauge, Histogram

    from salon_kit.metrics.instruments import Labelled

    nothing = Nothing()
    for kind in (Counter, Gauge, Histogram):
        for name in WHAT_COUNTS & vars(kind).keys():
            setattr(kind, name, getattr(Nothing, name))
    Labelled.labels = lambda self, *values: nothing  # type: ignore[method-assign,assignment]


def write_nothing() -> None:
    import structlog

    from salon_kit import logs

    configure = logs.configure_logs

    @functools.wraps(configure)
    def silently(**settings: Any) -> None:
        configure(**settings)
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        logging.getLogger().setLevel(logging.CRITICAL)

    logs.configure_logs = silently


def main() -> None:
    side, *words = sys.argv[1:]
    sys.path[0] = os.getcwd()
    if side == "off":
        count_nothing()
        write_nothing()
    if words[0] == "-m":
        sys.argv = [words[1], *words[2:]]
        runpy.run_module(words[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = words
        runpy.run_path(words[0], run_name="__main__")


if __name__ == "__main__":
    main()
