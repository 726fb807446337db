"""A review is of a visit that took place, once, by its customer; the groomer replies; anybody reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Account
from api.callers.acting import By
from bookings.lifecycle.states import State
from bookings.models import Booking
from conftest import MakeAccount
from outbox.models import OutboxRow
from reviews.leaving import forget_words
from reviews.models import Report, Review
from reviews.reporting import MAX_A_DAY, hide_review, show_review
from reviews.services import DAYS_TO_REVIEW, Words, write_review
from reviews.tests.conftest import Visit
from salon_contracts.events.notifications import NotificationRequestedV1
from salons.models import Groomer

pytestmark = pytest.mark.django_db
ClientOf = Callable[[Account], APIClient]
GOOD = {"stars": 5, "text": "보리가 편안해했어요"}


@pytest.fixture
def mine(customer: Account, client_of: ClientOf) -> APIClient:
    return client_of(customer)


@pytest.fixture
def groomers(groomer: Groomer, client_of: ClientOf) -> APIClient:
    return client_of(groomer.account)


def _of(booking: Booking) -> str:
    return f"/api/v1/bookings/{booking.pk}/review"


def _written(client: APIClient, booking: Booking, words: dict[str, Any] = GOOD) -> dict[str, Any]:
    answer = client.post(_of(booking), words, format="json")
    assert answer.status_code == 201, answer.json()
    return dict(answer.json())


def _shown(stranger: APIClient, groomer: Groomer) -> list[dict[str, Any]]:
    return list(stranger.get(f"/api/v1/salons/{groomer.salon_id}/reviews").json()["items"])


def _rating(stranger: APIClient, groomer: Groomer) -> dict[str, Any] | None:
    page = stranger.get(f"/api/v1/salons/{groomer.salon_id}").json()
    [listed] = stranger.get("/api/v1/salons", {"region": groomer.salon.region_id, "limit": 1}).json()["items"]
    assert listed["rating"] == page["rating"]
    rating: dict[str, Any] | None = page["rating"]
    return rating


def test_what_is_said_of_a_visit_is_read_by_anybody_and_makes_the_salon_s_rating(
    mine: APIClient, stranger: APIClient, groomer: Groomer, customer: Account, visit: Visit
) -> None:
    assert _rating(stranger, groomer) is None

    review = _written(mine, visit(customer))
    other = visit()
    write_review(other.pk, Words(stars=4), by=By(other.customer_id, timezone.now()))

    of_other, first = _shown(stranger, groomer)
    assert (first["id"], first["stars"], first["text"]) == (review["id"], 5, GOOD["text"])
    assert (first["author"], first["treatment_name"]) == (f"{customer.name[0]}**", "목욕")
    assert "booking_id" not in first
    assert (of_other["stars"], of_other["text"], of_other["reply"]) == (4, "", None)
    assert _rating(stranger, groomer) == {"average": 4.5, "count": 2}


@pytest.mark.parametrize("ending", [state for state in State if state != State.COMPLETED])
def test_only_a_visit_that_took_place_is_reviewed(
    mine: APIClient, customer: Account, visit: Visit, ending: State
) -> None:
    answer = mine.post(_of(visit(customer, ending=ending)), GOOD, format="json")

    assert (answer.status_code, answer.json()["code"]) == (409, "visit-not-completed")
    assert answer.json()["state"] == ending


def test_a_visit_is_reviewed_once_and_a_button_that_is_pressed_twice_is_no_fault(
    mine: APIClient, customer: Account, visit: Visit
) -> None:
    booking = visit(customer)
    headers = {"Idempotency-Key": '"one"'}

    first, same = (mine.post(_of(booking), GOOD, format="json", headers=headers) for _ in range(2))
    again = mine.post(_of(booking), GOOD, format="json")

    assert [first.status_code, same.status_code, again.status_code] == [201, 200, 409]
    assert first.json() == same.json()
    assert (again.json()["code"], again.json()["review_id"]) == ("reviewed-already", first.json()["id"])


def test_of_a_visit_of_long_ago_nothing_is_said_any_more(mine: APIClient, customer: Account, visit: Visit) -> None:
    within = visit(customer, ago=timedelta(days=DAYS_TO_REVIEW - 1))
    review = _written(mine, within)
    booking = visit(customer, ago=timedelta(days=DAYS_TO_REVIEW + 1))

    assert mine.post(_of(booking), GOOD, format="json").json()["code"] == "too-late-to-review"
    long_before = {name: getattr(booking, name) - timedelta(hours=2) for name in ("starts_at", "ends_at")}
    Booking.objects.filter(pk=within.pk).update(**long_before)
    changed = mine.put(f"/api/v1/reviews/{review['id']}", {"stars": 1}, format="json")
    assert changed.json()["code"] == "too-late-to-review"


@pytest.mark.parametrize("stars", [0, 6, 4.5, "5", None, True])
def test_there_are_one_to_five_whole_stars(mine: APIClient, customer: Account, visit: Visit, stars: object) -> None:
    answer = mine.post(_of(visit(customer)), {"stars": stars}, format="json")

    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "stars")


def test_its_author_changes_it_and_takes_it_back(
    mine: APIClient, stranger: APIClient, groomer: Groomer, customer: Account, visit: Visit
) -> None:
    review = _written(mine, visit(customer))
    at = f"/api/v1/reviews/{review['id']}"

    changed = mine.put(at, {"stars": 2, "text": "다시 보니 아쉬워요"}, format="json").json()
    assert changed["edited_at"] is not None
    assert (_shown(stranger, groomer)[0]["stars"], _rating(stranger, groomer)) == (2, {"average": 2.0, "count": 1})
    assert [mine.delete(at).status_code for _ in range(2)] == [204, 404]
    assert (_shown(stranger, groomer), _rating(stranger, groomer)) == ([], None)


def test_the_groomer_of_the_visit_replies_and_each_learns_of_the_other_once(
    mine: APIClient, groomers: APIClient, stranger: APIClient, groomer: Groomer, customer: Account, visit: Visit
) -> None:
    review = _written(mine, visit(customer))
    at = f"/api/v1/reviews/{review['id']}/reply"

    for text in ("감사합니다", "감사합니다!"):
        assert groomers.put(at, {"text": text}, format="json").status_code == 200
    assert _shown(stranger, groomer)[0]["reply"]["text"] == "감사합니다!"
    assert [groomers.delete(at).status_code for _ in range(2)] == [204, 204]
    assert _shown(stranger, groomer)[0]["reply"] is None

    sent = [NotificationRequestedV1.from_bytes(bytes(row.value)) for row in OutboxRow.objects.order_by("pk")]
    to_whom = [(one.kind, one.recipient_id) for one in sent]
    assert to_whom == [("review.written", groomer.account_id), ("review.replied", customer.pk)]


def test_what_an_operator_hides_is_seen_by_its_author_and_its_groomer_and_not_counted(
    mine: APIClient, groomers: APIClient, stranger: APIClient, groomer: Groomer, customer: Account, visit: Visit
) -> None:
    review = _written(mine, visit(customer))
    at = f"/api/v1/reviews/{review['id']}"

    assert [hide_review(Review.objects.get().pk, now=timezone.now()) for _ in range(2)] == [True, False]

    assert (_shown(stranger, groomer), _rating(stranger, groomer)) == ([], None)
    assert mine.get(at).json()["hidden_at"] == groomers.get(at).json()["hidden_at"] is not None
    assert mine.put(at, {"stars": 1}, format="json").json()["code"] == "review-is-hidden"
    assert mine.delete(at).json()["code"] == "review-is-hidden"
    assert [show_review(Review.objects.get().pk) for _ in range(2)] == [True, False]
    assert _rating(stranger, groomer) == {"average": 5.0, "count": 1}


def test_the_console_hides_what_was_reported_and_notes_who_did(
    operator: Account, mine: APIClient, groomers: APIClient, client: Client, customer: Account, visit: Visit
) -> None:
    review = _written(mine, visit(customer))
    groomers.put(f"/api/v1/reviews/{review['id']}/report", {"reason": "untrue"}, format="json")
    client.force_login(operator)

    page = client.get("/admin/reviews/review/")
    done = client.post("/admin/reviews/review/", {"action": "hide", "_selected_action": [review["id"]]}, follow=True)

    assert (page.status_code, done.status_code) == (200, 200)
    assert Review.objects.get().hidden_at is not None
    [note] = operator.logentry_set.all()
    assert (note.object_id, note.change_message) == (review["id"], "가림")


def test_anybody_but_its_author_reports_it_once(
    mine: APIClient, groomers: APIClient, customer: Account, visit: Visit
) -> None:
    review = _written(mine, visit(customer))
    at = f"/api/v1/reviews/{review['id']}/report"

    for reason in ("abuse", "private"):
        assert groomers.put(at, {"reason": reason}, format="json").status_code == 204
    assert [report.reason for report in Report.objects.all()] == ["private"]
    assert mine.put(at, {"reason": "abuse"}, format="json").json()["code"] == "own-review"


def test_one_person_reports_so_many_a_day(groomers: APIClient, groomer: Groomer, visit: Visit) -> None:
    now = timezone.now()
    reviews = Review.objects.bulk_create(
        Review(booking=visit(), salon=groomer.salon, stars=1, written_at=now) for _ in range(MAX_A_DAY + 1)
    )
    codes = [
        groomers.put(f"/api/v1/reviews/{review.pk}/report", {"reason": "abuse"}, format="json").status_code
        for review in reviews
    ]

    assert codes == [204] * MAX_A_DAY + [429]


def test_who_leaves_takes_the_words_along_and_leaves_the_stars(
    mine: APIClient, stranger: APIClient, groomer: Groomer, customer: Account, visit: Visit
) -> None:
    _written(mine, visit(customer))

    forget_words(account_id=customer.pk, now=timezone.now())
    Account.objects.filter(pk=customer.pk).update(is_active=False, name="탈퇴한 회원")

    [shown] = _shown(stranger, groomer)
    assert (shown["stars"], shown["text"], shown["author"]) == (5, "", "")
    assert _rating(stranger, groomer) == {"average": 5.0, "count": 1}


def test_a_page_of_reviews_takes_as_many_questions_as_a_short_one(
    stranger: APIClient, groomer: Groomer, make_account: MakeAccount, visit: Visit
) -> None:
    def questions(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = stranger.get(f"/api/v1/salons/{groomer.salon_id}/reviews", {"limit": limit})
        assert len(answer.json()["items"]) == limit
        return len(asked)

    for _ in range(6):
        booking = visit()
        write_review(booking.pk, Words(stars=3), by=By(booking.customer_id, timezone.now()))

    assert questions(1) == questions(6)
