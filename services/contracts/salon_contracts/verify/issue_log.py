"""Checks a published issue log, and says how one is made. Needs Python and nothing else, so anyone can run it:

    python issue_log.py https://…/api/v1/coupon-events/EVENT/issue-log
    python issue_log.py page-1.json page-2.json
    python issue_log.py --noted 120:9f2c… …     # a head that you noted while the drop ran

Exit code 0: nothing wrong was found; 1: each fault is printed; 2: the log could not be read.

Each hash is the SHA-256, in hex, of a JSON array without spaces, all ASCII: `["daengdaeng-opening-v1", event id,
<terms in the order of TERMS>]` for the opening, `["daengdaeng-link-v1", hash before, event id, <link in the order
of FACTS>]` for each link.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

TERMS = ("quantity", "discount_won", "opens_at", "closes_at")
FACTS = ("sequence", "serial", "number", "customer", "coupon_id", "issued_at")
ONCE = ("serial", "customer", "coupon_id")
PAGE_LIMIT = 1000
SECONDS_PER_PAGE = 30


class Unreadable(Exception):
    """This is no issue log."""


def opening_hash(event_id: str, terms: Mapping[str, Any]) -> str:
    """What the first link stands on: the terms that the event was published with."""
    return _sha256(["daengdaeng-opening-v1", event_id, *(terms[name] for name in TERMS)])


def link_hash(before: str, event_id: str, link: Mapping[str, Any]) -> str:
    """`before` is the hash of the link before, or of the opening."""
    return _sha256(["daengdaeng-link-v1", before, event_id, *(link[name] for name in FACTS)])


def _sha256(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, separators=(",", ":")).encode("ascii")).hexdigest()


class Check:
    """One log, fed link by link. After a fault it goes on from the hash that was published, so each is told once."""

    def __init__(self, *, event_id: str, terms: Mapping[str, Any], opening: str) -> None:
        self._event_id = event_id
        self._quantity = terms["quantity"]
        self._seen: dict[str, dict[Any, int]] = {name: {} for name in ONCE}
        self._hashes = {0: opening}
        self.length = 0
        self.head = opening
        self._opening_is_true = opening == opening_hash(event_id, terms)

    def opening_faults(self) -> Iterator[str]:
        if not self._opening_is_true:
            yield "the opening is not that of the published terms: the terms or the opening were changed"

    def faults_of(self, link: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the next link of the log."""
        sequence, expected = link["sequence"], self.length + 1
        if sequence > expected:
            yield f"{_links(expected, sequence - 1)} missing: link {sequence} follows link {self.length}"
        elif sequence < expected:
            yield f"link {sequence} stands after link {self.length}: moved or inserted"
        elif link["hash"] != link_hash(self.head, self._event_id, link):
            yield f"link {sequence} does not follow from its contents and the link before: something was changed here"
        if not 1 <= link["serial"] <= self._quantity:
            yield f"link {sequence} gives serial {link['serial']}, but there were {self._quantity} coupons"
        for name in ONCE:
            first = self._seen[name].setdefault(link[name], sequence)
            if first != sequence:
                yield f"link {sequence} has the same {name} as link {first}"
        self.length, self.head = sequence, link["hash"]
        self._hashes[sequence] = link["hash"]

    def faults_of_head(self, length: int, head: str) -> Iterator[str]:
        """`length` and `head` as somebody noted them: the log must have been there."""
        if self._hashes.get(length) != head:
            yield f"the log does not pass through {length}:{head}: it was cut short or written anew"


def faults_in(pages: Iterable[Mapping[str, Any]], *, noted: Iterable[tuple[int, str]] = ()) -> Iterator[str]:
    """Everything that is wrong with a log, in the order in which it stands there. Raises Unreadable."""
    begun = [page for page in pages if page.get("terms") is not None]
    heads = list(noted)
    if not begun:
        yield from (f"the log is empty, but it had {length} links" for length, _ in heads)
        return
    try:
        first, last = begun[0], begun[-1]
        check = Check(event_id=first["coupon_event_id"], terms=first["terms"], opening=first["opening"])
        yield from check.opening_faults()
        for link in (link for page in begun for link in page["items"]):
            yield from check.faults_of(link)
        heads.append((last["length"], last["head"]))
    except (KeyError, TypeError) as error:
        raise Unreadable(f"not as an issue log has it: {error}") from error
    for length, head in heads:
        yield from check.faults_of_head(length, head)
    if last["length"] != check.length:
        yield f"the log says it has {last['length']} links, but ends with link {check.length}"


def _links(first: int, last: int) -> str:
    return f"link {first} is" if first == last else f"links {first} to {last} are"


def pages_of(sources: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The pages in files, in the order of the files, or all pages behind an address."""
    for source in sources:
        if source.startswith(("http://", "https://")):
            yield from _fetched(source.split("?")[0])
        else:
            yield _page_in(Path(source).read_bytes())


def _fetched(address: str) -> Iterator[dict[str, Any]]:
    after: int | None = 0
    while after is not None:
        asked = f"{address}?after={after}&limit={PAGE_LIMIT}"
        with urllib.request.urlopen(asked, timeout=SECONDS_PER_PAGE) as answer:  # noqa: S310  # http(s) only, see above
            page = _page_in(answer.read())
        yield page
        after = page["next"]


def _page_in(raw: bytes) -> dict[str, Any]:
    page = json.loads(raw)
    if not isinstance(page, dict) or "items" not in page:
        raise Unreadable("not a page of an issue log")
    return page


def _noted(text: str) -> tuple[int, str]:
    length, _, head = text.partition(":")
    return int(length), head


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sources", nargs="+", metavar="URL or FILE")
    parser.add_argument("--noted", action="append", default=[], type=_noted, metavar="LENGTH:HEAD")
    arguments = parser.parse_args()
    links = 0
    try:
        pages = list(pages_of(arguments.sources))
        links = sum(len(page["items"]) for page in pages)
        faults = list(faults_in(pages, noted=arguments.noted))
    except (OSError, ValueError, Unreadable) as error:
        print(f"cannot be read: {error}", file=sys.stderr)  # noqa: T201  # a tool that talks to a person
        return 2
    for fault in faults:
        print(fault)  # noqa: T201
    head = pages[-1].get("head")
    print(f"{links} links, {len(faults)} faults, head {links}:{head}")  # noqa: T201
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
