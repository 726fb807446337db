"""How the order of a lottery is drawn. Needs Python and nothing else, so that anyone can do it again:

    python draw.py --url https://…/api/v1/coupon-events/EVENT --ticket TICKET
    python draw.py page-1.json page-2.json      # what …/coupon-events/EVENT/draw answered

Exit code 0: the draw is right; 1: it is not, and why is printed; 2: it could not be read, or is still to come.

An entry is the SHA-256 of a registration ticket: who holds the ticket can find their own, nobody can tell whose the
others are. Every hash is the SHA-256, in hex, of a JSON array without spaces, all ASCII. The seed's commitment is
published with the event. The list of entries is shut before the seed is known outside main, and its digest is part of
each entry's key: who knew the seed early would still not know where an entry will stand.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

PAGE_LIMIT = 10_000
SECONDS_PER_PAGE = 30
SAME_ON_EVERY_PAGE = ("coupon_event_id", "commitment", "seed", "entries_digest", "entries")

_HASH = re.compile(r"[0-9a-f]{64}")


class Unreadable(Exception):
    """This is no draw, or not one yet."""


def entry_of(ticket: str) -> str:
    """The public name of a registration ticket (its text as the customer got it)."""
    return hashlib.sha256(ticket.encode("ascii")).hexdigest()


def commitment_of(*, event_id: str, seed: str) -> str:
    """`seed` is 64 hex digits, `event_id` a UUID as text."""
    return _sha256(["daengdaeng-commitment-v1", event_id, seed])


def digest_of(*, event_id: str, entries: Iterable[str]) -> str:
    """Of the whole list, whatever its order."""
    return _sha256(["daengdaeng-entries-v1", event_id, *sorted(entries)])


def drawn_order(*, seed: str, entries_digest: str, entries: Iterable[str]) -> list[str]:
    """The entries by their place in line: the first one has number 1."""
    return sorted(entries, key=lambda entry: _sha256(["daengdaeng-draw-v1", seed, entries_digest, entry]))


def _sha256(values: list[str]) -> str:
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).hexdigest()


def faults_in(draw: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a published draw: `items` are all its entries, the rest is as on its pages."""
    event_id, entries = draw["coupon_event_id"], draw["items"]
    if len(set(entries)) != len(entries):
        yield "an entry stands in the list more than once"
    if len(entries) != draw["entries"]:
        yield f"the draw says it has {draw['entries']} entries, but here are {len(entries)}"
    if digest_of(event_id=event_id, entries=entries) != draw["entries_digest"]:
        yield "these are not the entries of the published digest: the list was changed, or pages are missing"
    if commitment_of(event_id=event_id, seed=draw["seed"]) != draw["commitment"]:
        yield "this is not the seed that the commitment promised"


def joined(pages: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One draw from its pages, whatever their order. Raises Unreadable."""
    draw: dict[str, Any] = {name: pages[0].get(name) for name in SAME_ON_EVERY_PAGE}
    if draw["seed"] is None and draw["commitment"]:
        raise Unreadable("it has not been drawn: no seed was revealed")
    draw["items"] = [entry for page in pages for entry in page["items"]]
    hashes = [draw["commitment"], draw["seed"], draw["entries_digest"], *draw["items"]]
    if not all(isinstance(one, str) and _HASH.fullmatch(one) for one in hashes):
        raise Unreadable("not as a draw has it: a hash is 64 hex digits")
    return draw


def _fetched(address: str) -> Iterator[dict[str, Any]]:
    """All pages of the draw of the event at this address."""
    after: int | None = 0
    while after is not None:
        asked = f"{address.rstrip('/')}/draw?after={after}&limit={PAGE_LIMIT}"
        with urllib.request.urlopen(asked, timeout=SECONDS_PER_PAGE) as answer:  # noqa: S310  # http(s) only, see main
            page = _page_in(answer.read())
        yield page
        before, after = after, page.get("next")
        if after is not None and not (isinstance(after, int) and after > before):
            raise Unreadable("a page does not say what follows it")


def _page_in(raw: bytes) -> dict[str, Any]:
    page = json.loads(raw)
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        raise Unreadable("not a page of a draw")
    return page


def _report_of(pages: Sequence[Mapping[str, Any]], *, ticket: str | None) -> tuple[list[str], int]:
    """What to print, and the exit code. Raises Unreadable."""
    if any(page.get(name) != pages[0].get(name) for page in pages for name in SAME_ON_EVERY_PAGE):
        return ["the pages are not of one draw"], 1
    draw = joined(pages)
    if faults := list(faults_in(draw)):
        return faults, 1
    order = drawn_order(seed=draw["seed"], entries_digest=draw["entries_digest"], entries=draw["items"])
    report = [f"the draw of {draw['coupon_event_id']} is right: {len(order)} entries, the promised seed"]
    if ticket is None:
        return report, 0
    entry = entry_of(ticket)
    if entry not in order:
        return [*report, f"the ticket (entry {entry}) is not among the entries: it had no part in the draw"], 1
    return [*report, f"the ticket (entry {entry}) drew number {order.index(entry) + 1}"], 0


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Does the draw of a lottery again, from what was published.")
    parser.add_argument("files", nargs="*", metavar="DRAW.json", help="pages of the draw")
    parser.add_argument("--url", help="the event: https://…/api/v1/coupon-events/EVENT")
    parser.add_argument("--ticket", help="a registration ticket: which number did it draw?")
    asked = parser.parse_args(arguments)
    if bool(asked.files) == bool(asked.url) or not (asked.url or "https://").startswith(("http://", "https://")):
        parser.error("give the files of the pages, or --url with http(s)")
    try:
        pages = list(_fetched(asked.url)) if asked.url else [_page_in(Path(one).read_bytes()) for one in asked.files]
        report, code = _report_of(pages, ticket=asked.ticket)
    except (OSError, ValueError, Unreadable) as error:
        print(f"cannot be checked: {error}", file=sys.stderr)  # noqa: T201  # a tool that talks to a person
        return 2
    print("\n".join(report))  # noqa: T201
    return code


if __name__ == "__main__":
    sys.exit(main())
