"""A salon's rating is that of its reviews, whatever was done to them and by how many at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import StringIO
from unittest import mock

import pytest
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.callers.acting import By
from bookings.tests.races import race
from reviews import services
from reviews.models import Rating, Review
from reviews.ratings import differences
from reviews.reporting import hide_review, show_review
from reviews.services import Words, Written, change_review, take_review_back, write_review
from reviews.tests.conftest import Visit
from salon_contracts.http.problem import Problem

_DONE: dict[str, Callable[[Review, int, By], object]] = {
    "change": lambda review, stars, by: change_review(review.pk, Words(stars=stars), by=by),
    "take back": lambda review, stars, by: take_review_back(review.pk, by=by),
    "hide": lambda review, stars, by: hide_review(review.pk, now=by.now),
    "show": lambda review, stars, by: show_review(review.pk),
}
_ACTS = st.lists(
    st.tuples(st.sampled_from(["write", *_DONE]), st.integers(0, 3), st.integers(1, 5)),
    max_size=25,
)


def _audit(*words: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("audit_ratings", *words, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


@pytest.mark.django_db
def test_what_is_kept_wrongly_is_named_and_counted_anew(visit: Visit) -> None:
    booking = visit()
    review = write_review(booking.pk, Words(stars=4), by=By(booking.customer_id, timezone.now())).review
    assert _audit() == (0, "")

    Rating.objects.update(count=3, stars=9)

    assert _audit() == (1, f"salon {review.salon_id}: kept 3 reviews, 9 stars; counted 1 reviews, 4 stars\n")
    assert _audit("--mend")[0] == 0
    assert _audit() == (0, "")


@pytest.mark.django_db(transaction=True)
def test_all_who_write_at_once_are_counted(visit: Visit) -> None:
    bookings = [visit() for _ in range(6)]

    outcomes = race(
        [partial(write_review, one.pk, Words(stars=5), by=By(one.customer_id, timezone.now())) for one in bookings]
    )

    assert all(isinstance(outcome, Written) for outcome in outcomes), outcomes
    assert [(rating.count, rating.stars) for rating in Rating.objects.all()] == [(6, 30)]


@pytest.mark.django_db(transaction=True)
def test_counted_by_reading_first_some_would_be_lost(visit: Visit) -> None:
    first, *bookings = [visit() for _ in range(3)]
    write_review(first.pk, Words(stars=5), by=By(first.customer_id, timezone.now()))
    both_have_read = threading.Barrier(2)

    def count_by_reading(review: Review) -> None:
        rating = Rating.objects.get(pk=review.salon_id)
        both_have_read.wait(timeout=20)
        Rating.objects.filter(pk=rating.pk).update(count=rating.count + 1, stars=rating.stars + review.stars)

    with mock.patch.object(services, "count_in", count_by_reading):
        race(
            [partial(write_review, one.pk, Words(stars=5), by=By(one.customer_id, timezone.now())) for one in bookings]
        )

    assert [one.counted for one in differences()] == [(3, 15)]


@pytest.mark.django_db
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_any_acts_in_any_order_leave_the_rating_of_what_is_shown(
    visit: Visit, acts: list[tuple[str, int, int]]
) -> None:
    Review.objects.all().delete()
    Rating.objects.all().delete()
    bookings = [visit() for _ in range(4)]
    now = timezone.now()

    for what, number, stars in acts:
        booking = bookings[number]
        by, review = By(booking.customer_id, now), Review.objects.filter(booking=booking).first()
        with suppress(Problem):
            if what == "write":
                write_review(booking.pk, Words(stars=stars), by=by)
            elif review is not None:
                _DONE[what](review, stars, by)

    assert list(differences()) == []
    rating = Rating.objects.first()
    shown = Review.objects.filter(hidden_at=None)
    assert (rating.count if rating else 0) == shown.count()


def test_an_average_is_to_a_tenth_halves_up() -> None:
    averages = {(9, 2): 4.5, (13, 3): 4.3, (14, 3): 4.7, (89, 20): 4.5, (87, 20): 4.4, (0, 0): None}

    assert {key: Rating(stars=key[0], count=key[1]).average for key in averages} == averages
