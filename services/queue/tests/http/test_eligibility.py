"""Who may stand in a line: what the event asks is asked of the claims of the access token, at the door."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from salon_contracts.events.coupons import FIRST_SIMULATED_ACCOUNT, SIMULATED_ROLE
from tests.conftest import StartQueue
from tests.harness.coupon_events import coupon_event, until_known
from tests.harness.keys import Keys
from tests.harness.main import Main
from tests.http.asking import ask, with_bearer

LATELY = int(time.time()) - 3_600
MOMENT = datetime.fromtimestamp(LATELY, UTC)
# By what is missing: what the event asks, a claim that meets it, and one that does not.
RULES: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "confirmed-email": ({"needs_confirmed_email": True}, {"email_confirmed": True}, {"email_confirmed": False}),
    "account-before": (
        {"needs_account_before": MOMENT},
        {"account_made_at": LATELY - 1},
        {"account_made_at": LATELY},
    ),
    "dog": ({"needs_dog": True}, {"has_dog": True}, {"has_dog": False}),
}
SUBSETS = [asked for size in range(4) for asked in itertools.combinations(RULES, size)]


@pytest.mark.parametrize("asked", SUBSETS, ids=lambda asked: "+".join(asked) or "nothing")
async def test_whoever_meets_all_that_is_asked_comes_in_and_others_hear_what_is_missing(
    asked: tuple[str, ...], start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    needs = {name: value for one in asked for name, value in RULES[one][0].items()}
    event = main.publish(coupon_event(paused=True, **needs))
    await until_known(event, queue)
    url = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/ticket"

    for account_id, met in enumerate(SUBSETS, start=1):
        claims = {name: value for one in RULES for name, value in RULES[one][1 if one in met else 2].items()}
        status, _, body = await ask(http, "POST", url, json={}, headers=with_bearer(keys.token(account_id, **claims)))
        missing = [one for one in asked if one not in met]
        assert (status, body.get("code")) == ((403, "not-eligible") if missing else (201, None))
        assert body.get("missing", []) == missing


async def test_a_token_that_says_nothing_of_it_is_let_in_and_main_decides(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    """Tokens of the release before live for ten minutes more."""
    queue = start_queue()
    event = main.publish(
        coupon_event(paused=True, needs_confirmed_email=True, needs_account_before=MOMENT, needs_dog=True)
    )
    await until_known(event, queue)
    url = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/ticket"

    status, _, _ = await ask(http, "POST", url, json={}, headers=with_bearer(keys.token(1)))

    assert status == 201


async def test_simulated_customers_meet_every_rule(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True, rehearsal=True, needs_confirmed_email=True, needs_dog=True))
    await until_known(event, queue)
    token = keys.token(FIRST_SIMULATED_ACCOUNT, role=SIMULATED_ROLE, has_dog=False, email_confirmed=False)
    url = f"{queue.url}/queue/v1/events/{event.coupon_event_id}/ticket"

    status, _, _ = await ask(http, "POST", url, json={}, headers=with_bearer(token))

    assert status == 201


async def test_whoever_is_refused_leaves_nothing_behind(
    start_queue: StartQueue, http: aiohttp.ClientSession, keys: Keys, main: Main
) -> None:
    queue = start_queue()
    event = main.publish(coupon_event(paused=True, needs_dog=True))
    await until_known(event, queue)
    line = f"{queue.url}/queue/v1/events/{event.coupon_event_id}"

    await ask(http, "POST", f"{line}/ticket", json={}, headers=with_bearer(keys.token(1, has_dog=False)))
    status, _, body = await ask(
        http, "POST", f"{line}/ticket", json={}, headers=with_bearer(keys.token(2, has_dog=True))
    )

    assert (status, body["number"]) == (201, 1)
    assert (await ask(http, "GET", f"{line}/place", headers=with_bearer(keys.token(1))))[0] == 404
