"""A feed at the API: its secret is shown once, kept as a digest, and opens one calendar until it is revoked."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.mailed.links import Act, token_for
from accounts.models import Account
from accounts.new_passwords.services import set_new_password
from bookings.models import Booking
from calendars.leaving import forget_feeds
from calendars.models import CalendarFeed
from calendars.services import MAX_FEEDS
from calendars.tests.conftest import SecretOf, events_of, get
from conftest import MakeAccount
from salons.models import Groomer

pytestmark = pytest.mark.django_db
FEEDS = "/api/v1/calendar-feeds"
ClientOf = Callable[[Account], APIClient]


def _secret_in(url: str) -> str:
    return parse_qs(urlsplit(url).query)["secret"][0]


def test_the_address_is_shown_once_and_what_is_kept_opens_nothing(
    booking: Booking, customer: Account, client_of: ClientOf
) -> None:
    mine = client_of(customer)
    made = mine.post(FEEDS, {}, format="json")
    assert made.status_code == 201

    secret = _secret_in(made.json()["url"])
    assert [event.uid.value for event in events_of(get(secret))] == [str(booking.pk)]
    kept = CalendarFeed.objects.get()
    assert secret not in {kept.digest, str(kept.pk)}
    assert get(kept.digest).status_code == get(str(kept.pk)).status_code == 404
    assert mine.get(FEEDS).json()["items"] == [{"id": made.json()["id"], "made_at": made.json()["made_at"]}]


def test_a_revoked_address_is_nobody_s(customer: Account, client_of: ClientOf, secret_of: SecretOf) -> None:
    secret, other = secret_of(customer), secret_of(customer)
    feed = CalendarFeed.objects.order_by("made_at").first()
    assert feed is not None

    assert client_of(customer).delete(f"{FEEDS}/{feed.pk}").status_code == 204
    assert client_of(customer).delete(f"{FEEDS}/{feed.pk}").status_code == 404
    assert (get(secret).status_code, get(other).status_code) == (404, 200)


def test_the_same_request_again_is_the_same_feed_at_an_address_that_was_not_lost(
    customer: Account, client_of: ClientOf
) -> None:
    mine, key = client_of(customer), {"Idempotency-Key": "of-this-button"}
    lost = mine.post(FEEDS, {}, format="json", headers=key).json()

    again = mine.post(FEEDS, {}, format="json", headers=key)

    assert (again.status_code, again.json()["id"]) == (200, lost["id"])
    assert get(_secret_in(lost["url"])).status_code == 404
    assert get(_secret_in(again.json()["url"])).status_code == 200
    assert CalendarFeed.objects.count() == 1


def test_one_person_has_so_many(customer: Account, client_of: ClientOf, secret_of: SecretOf) -> None:
    for _ in range(MAX_FEEDS):
        secret_of(customer)

    refused = client_of(customer).post(FEEDS, {}, format="json")

    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-feeds")


def test_a_new_password_by_a_mailed_link_ends_the_addresses_whoever_made_them(
    customer: Account, secret_of: SecretOf, make_account: MakeAccount
) -> None:
    secret, other = secret_of(customer), secret_of(make_account())
    link = token_for(Act.RESET_PASSWORD, customer, address=customer.email)

    set_new_password(token=link, password="a-new-password-of-this-test", now=timezone.now())

    assert (get(secret).status_code, get(other).status_code) == (404, 200)


@pytest.mark.parametrize(
    ("secret", "status"), [("", 422), ("x", 404), ("A" * 43, 404), ("A" * 5_000, 422), ("한글", 404), ("\x00", 422)]
)
def test_who_has_no_secret_learns_nothing(booking: Booking, secret: str, status: int) -> None:
    answer = get(secret)

    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")


def test_an_account_that_is_gone_or_closed_is_read_by_nobody(customer: Account, secret_of: SecretOf) -> None:
    secret = secret_of(customer)
    Account.objects.filter(pk=customer.pk).update(is_active=False)
    assert get(secret).status_code == 404

    forget_feeds(account_id=customer.pk, now=timezone.now())
    assert not CalendarFeed.objects.exists()


def test_what_has_not_changed_is_not_sent_again(booking: Booking, customer: Account, secret_of: SecretOf) -> None:
    secret = secret_of(customer)
    first = get(secret)
    etag = first["ETag"]

    for known in (etag, f"W/{etag}", f'"of-another", {etag}', "*"):
        same = get(secret, **{"If-None-Match": known})
        assert (same.status_code, same.content, same["ETag"]) == (304, b"", etag)
    assert get(secret, **{"If-None-Match": '"of-another"'}).content == first.content
    Groomer.objects.filter(pk=booking.groomer_id).update(name="다른 이름")
    assert get(secret, **{"If-None-Match": etag}).status_code == 200


@pytest.mark.parametrize("accept", ["text/calendar", "*/*", "text/html,application/xhtml+xml", None])
def test_any_program_may_read_it_and_nobody_between_keeps_it(
    customer: Account, secret_of: SecretOf, accept: str | None
) -> None:
    answer = get(secret_of(customer), **({"Accept": accept} if accept else {}))

    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert answer["Cache-Control"] == "private, no-cache"
    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_others_feeds_cannot_be_revoked(
    customer: Account, make_account: MakeAccount, client_of: ClientOf, secret_of: SecretOf
) -> None:
    secret = secret_of(customer)

    assert client_of(make_account()).delete(f"{FEEDS}/{CalendarFeed.objects.get().pk}").status_code == 404
    assert get(secret).status_code == 200


def test_each_side_reads_what_the_api_shows_it(
    booking: Booking, customer: Account, groomer: Groomer, make_account: MakeAccount, secret_of: SecretOf
) -> None:
    [mine] = events_of(get(secret_of(customer)))
    theirs_text = get(secret_of(groomer.account)).content.decode().replace("\r\n ", "")

    assert groomer.salon.name in mine.summary.value
    assert groomer.name in mine.description.value
    assert groomer.salon.address in mine.location.value
    assert str(booking.pk) in theirs_text
    for hidden in (customer.name, customer.email, str(booking.price)):
        assert hidden not in theirs_text
    assert events_of(get(secret_of(make_account()))) == []
    colleague = Groomer.objects.create(salon=groomer.salon, account=make_account(role="groomer"), name="동료")
    assert events_of(get(secret_of(colleague.account))) == []


def test_a_feed_takes_as_many_queries_as_it_says(
    booking: Booking, customer: Account, secret_of: SecretOf, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    secret = secret_of(customer)

    with django_assert_max_num_queries(5):  # type: ignore[attr-defined]
        get(secret)


def test_its_words_are_those_of_whoever_made_it(customer: Account, client_of: ClientOf, booking: Booking) -> None:
    made = client_of(customer).post(FEEDS, {}, format="json", headers={"Accept-Language": "en"}).json()

    text = get(_secret_in(made["url"]), **{"Accept-Language": "ko"})

    assert text["Content-Language"] == "en"
    assert "small dog" in text.content.decode()
