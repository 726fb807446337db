"""Keeping what a salon was given, in the transaction of each change, and checking it against the reviews themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import F

from reviews.models import Rating, Review

_ADD = """
    INSERT INTO reviews_rating (salon_id, count, stars) VALUES (%s, 1, %s)
    ON DUPLICATE KEY UPDATE count = count + 1, stars = stars + %s
"""
_COMPARED = """
    SELECT s.id, COALESCE(r.count, 0), COALESCE(r.stars, 0), COALESCE(v.count, 0), COALESCE(v.stars, 0)
    FROM salons_salon s LEFT JOIN reviews_rating r ON r.salon_id = s.id LEFT JOIN (
        SELECT salon_id, COUNT(*) AS count, SUM(stars) AS stars
        FROM reviews_review WHERE hidden_at IS NULL GROUP BY salon_id
    ) v ON v.salon_id = s.id
    WHERE COALESCE(r.count, 0) <> COALESCE(v.count, 0) OR COALESCE(r.stars, 0) <> COALESCE(v.stars, 0)
    ORDER BY s.id
"""


class Difference(NamedTuple):
    """Of one salon: `kept` and `counted` are (reviews, stars)."""

    salon_id: int
    kept: tuple[int, int]
    counted: tuple[int, int]


def count_in(review: Review) -> None:
    """The salon's row is the last that is locked: nothing is waited for behind it (docs/locking.md)."""
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [review.salon_id, review.stars, review.stars])


def count_out(review: Review) -> None:
    Rating.objects.filter(pk=review.salon_id).update(count=F("count") - 1, stars=F("stars") - review.stars)


def differences() -> Iterator[Difference]:
    """Of all salons, by one statement, so that nothing changes between the two sides."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPARED)
        rows = cursor.fetchall()
    for salon_id, *numbers in rows:
        kept, kept_stars, counted, counted_stars = map(int, numbers)
        yield Difference(salon_id, kept=(kept, kept_stars), counted=(counted, counted_stars))


def count_anew(*, salon_id: int) -> None:
    """The reviews first, as whoever changes one does: what is not committed yet is waited for."""
    with transaction.atomic(durable=True):
        shown = Review.objects.select_for_update().filter(salon_id=salon_id, hidden_at=None)
        stars = list(shown.values_list("stars", flat=True))
        Rating.objects.update_or_create(pk=salon_id, defaults={"count": len(stars), "stars": sum(stars)})
