"""Anyone can do the draw of a lottery again, with Python and nothing of ours."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from salon_contracts.verify import draw
from salon_contracts.verify.draw import commitment_of, digest_of, drawn_order, entry_of

pytestmark = pytest.mark.unit

EVENT = "0b1e6a52-6a0e-4c2d-9a54-0f6f8f1f7a09"
SEED = "6f1d" * 16
TICKETS = [f"header.payload-{number}.signature" for number in range(25)]
ENTRIES = sorted(map(entry_of, TICKETS))
DIGEST = digest_of(event_id=EVENT, entries=ENTRIES)

Page = dict[str, Any]


def _pages(size: int = 10) -> list[Page]:
    """As the endpoint gives them."""
    return [
        {
            "coupon_event_id": EVENT,
            "commitment": commitment_of(event_id=EVENT, seed=SEED),
            "seed": SEED,
            "entries_digest": DIGEST,
            "entries": len(ENTRIES),
            "items": ENTRIES[start : start + size],
            "next": start + size if start + size < len(ENTRIES) else None,
        }
        for start in range(0, len(ENTRIES), size)
    ]


def _run(tmp_path: Path, pages: list[Page], *more: str) -> subprocess.CompletedProcess[str]:
    files = []
    for number, page in enumerate(pages):
        files.append(tmp_path / f"page-{number}.json")
        files[-1].write_text(json.dumps(page))
    return _alone(*map(str, files), *more)


def _alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """In a Python that finds nothing but its own library."""
    command = [sys.executable, "-I", "-S", draw.__file__, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=30)


def test_the_draw_is_done_again_and_a_ticket_finds_its_number(tmp_path: Path) -> None:
    order = drawn_order(seed=SEED, entries_digest=DIGEST, entries=ENTRIES)

    checked = _run(tmp_path, _pages())
    asked = [_run(tmp_path, _pages()[::-1], "--ticket", ticket) for ticket in TICKETS[:3]]

    assert (checked.returncode, "is right: 25 entries" in checked.stdout) == (0, True)
    assert [one.returncode for one in asked] == [0, 0, 0]
    numbers = [one.stdout.split()[-1] for one in asked]
    assert numbers == [str(order.index(entry_of(ticket)) + 1) for ticket in TICKETS[:3]]


def test_numbers_are_each_given_once_and_not_in_the_order_of_entries() -> None:
    order = drawn_order(seed=SEED, entries_digest=DIGEST, entries=reversed(ENTRIES))

    assert sorted(order) == ENTRIES
    assert order != ENTRIES
    assert order == drawn_order(seed=SEED, entries_digest=DIGEST, entries=ENTRIES)
    assert order != drawn_order(seed=SEED[::-1], entries_digest=DIGEST, entries=ENTRIES)


def _other_seed(pages: list[Page]) -> None:
    for page in pages:
        page["seed"] = "0" * 64


def _other_event(pages: list[Page]) -> None:
    for page in pages:
        page["coupon_event_id"] = "7d3c1f2a-0000-4000-8000-000000000009"


def _changed_entry(pages: list[Page]) -> None:
    pages[1]["items"][3] = entry_of("somebody else")


def _doubled_entry(pages: list[Page]) -> None:
    pages[1]["items"][3] = pages[1]["items"][2]


def _missing_page(pages: list[Page]) -> None:
    del pages[1]


def _two_seeds(pages: list[Page]) -> None:
    pages[2]["seed"] = "0" * 64


def _other_count(pages: list[Page]) -> None:
    for page in pages:
        page["entries"] = 24


@pytest.mark.parametrize(
    ("change", "printed"),
    [
        (_other_seed, "not the seed that the commitment promised"),
        (_other_event, "not the seed that the commitment promised"),
        (_changed_entry, "not the entries of the published digest"),
        (_doubled_entry, "stands in the list more than once"),
        (_missing_page, "25 entries, but here are 15"),
        (_two_seeds, "not of one draw"),
        (_other_count, "24 entries, but here are 25"),
    ],
)
def test_whatever_was_changed_is_found_out(tmp_path: Path, change: Callable[[list[Page]], None], printed: str) -> None:
    pages = _pages()
    change(pages)

    answer = _run(tmp_path, pages, "--ticket", TICKETS[0])

    assert (answer.returncode, printed in answer.stdout, "number" in answer.stdout) == (1, True, False)


def test_a_ticket_that_had_no_part_is_told_so(tmp_path: Path) -> None:
    answer = _run(tmp_path, _pages(), "--ticket", "came.too.late")

    assert (answer.returncode, "had no part in the draw" in answer.stdout) == (1, True)


@pytest.mark.parametrize(
    ("pages", "printed"),
    [
        ([{**_pages(25)[0], "seed": None, "entries_digest": None, "entries": None, "items": []}], "not been drawn"),
        ([{"code": "not-a-lottery"}], "not a page of a draw"),
        ([{**_pages(25)[0], "items": [7]}], "64 hex digits"),
        ([{**_pages(25)[0], "items": ["한" * 64]}], "64 hex digits"),
    ],
)
def test_what_is_no_draw_is_told_from_a_wrong_one(tmp_path: Path, pages: list[Page], printed: str) -> None:
    answer = _run(tmp_path, pages)

    assert (answer.returncode, printed in answer.stderr, answer.stdout) == (2, True, "")


def test_a_draw_that_nobody_took_part_in_is_right(tmp_path: Path) -> None:
    empty = {**_pages(25)[0], "entries": 0, "items": [], "entries_digest": digest_of(event_id=EVENT, entries=[])}

    assert _run(tmp_path, [empty]).returncode == 0


@pytest.fixture
def base_url() -> Iterator[str]:
    """What main would answer, page by page."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the library's name
            address = urlsplit(self.path)
            asked = parse_qs(address.query)
            if not address.path.endswith(f"/coupon-events/{EVENT}/draw") or asked["limit"] != ["10000"]:
                self.send_error(404)
                return
            self.send_response(200)
            self.end_headers()
            # Smaller pages than were asked for: `next` counts.
            page = _pages()[int(asked["after"][0]) // 10]
            self.wfile.write(json.dumps({**page, "next": 0} if "stuck" in self.path else page).encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_all_pages_are_read_from_the_address_of_the_event(base_url: str) -> None:
    answer = _alone("--url", f"{base_url}/api/v1/coupon-events/{EVENT}", "--ticket", TICKETS[7])
    unknown = _alone("--url", f"{base_url}/api/v1/coupon-events/nobody")
    stuck = _alone("--url", f"{base_url}/stuck/coupon-events/{EVENT}")

    assert (answer.returncode, "is right: 25 entries" in answer.stdout) == (0, True)
    assert "drew number" in answer.stdout
    assert (unknown.returncode, "404" in unknown.stderr) == (2, True)
    assert (stuck.returncode, "what follows it" in stuck.stderr) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("--url", "file:///etc/hosts"), ("page.json", "--url", "http://127.0.0.1")])
def test_what_to_check_is_asked_for(arguments: tuple[str, ...]) -> None:
    answer = _alone(*arguments)

    assert (answer.returncode, "give the files of the pages, or --url" in answer.stderr) == (2, True)
