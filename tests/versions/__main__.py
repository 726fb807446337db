"""`make migrate-online ROWS=1000000`: changes a large table of bookings under load, and prints who waited how long."""

from __future__ import annotations

import argparse
import sys
import time

from tests.versions.online import Changed, change, many_bookings

LONGEST_SECONDS = 1.0
FAILURES_SHOWN = 10


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.versions", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args().rows
    began = time.monotonic()
    with many_bookings(rows) as tree:
        print(f"{rows} bookings made in {time.monotonic() - began:.0f} s", flush=True)
        online, copying = change(tree, "online"), change(tree, "copying")
    _print("a column and an index, online", online)
    _print("control, a column's type, on a copy", copying)
    longest = max(online.reads.longest(), online.writes.longest())
    met = longest <= LONGEST_SECONDS and not online.reads.failures and not online.writes.failures
    caught = copying.writes.longest() > longest and copying.longest_without_a_write() > copying.seconds / 2
    print(f"{'met' if met else 'NOT MET'}: nobody waits for more than {LONGEST_SECONDS:.0f} s; control", end=" ")
    print("caught" if caught else "NOT CAUGHT")
    return 0 if met and caught else 1


def _print(what: str, changed: Changed) -> None:
    for kind, work in (("reads", changed.reads), ("writes", changed.writes)):
        inside = work.within(changed.began, changed.ended)
        print(
            f"{what}: {changed.seconds:.1f} s, {inside} {kind} meanwhile, the longest {work.longest() * 1000:.0f} ms, "
            f"{len(work.failures)} failed",
            flush=True,
        )
        for one in work.failures[:FAILURES_SHOWN]:
            print(
                f"    failed {one.began - changed.began:+.2f} s after it began, {one.ended - changed.ended:+.2f} s"
                f" after it ended, having waited {(one.ended - one.began) * 1000:.0f} ms: {one.reason}",
                flush=True,
            )


if __name__ == "__main__":
    sys.exit(main())
