"""What somebody may mean who has begun to type: districts, and salons by their names."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple

from django.db.models import QuerySet

from salons.models import Region, Salon, SearchEntry
from salons.queries import salons
from salons.search.finding import find
from salons.search.index import terms
from salons.search.index.folding import Word, folded, initials, words_of
from salons.search.wanted import Wanted

MOST_DISTRICTS, MOST_SALONS = 3, 7


class Suggestion(NamedTuple):
    """`id` is that of the district or the salon, `place` where it lies."""

    type: Literal["district", "salon"]
    id: int
    name: str
    place: str


def suggestions(query: str) -> list[Suggestion]:
    """Districts first; then salons whose name begins so, and then those that have it anywhere."""
    words = words_of(query)
    if not words:
        return []
    typed = Word("".join(word.text for word in words), is_initials=all(word.is_initials for word in words))
    ids = list(_beginning_with(typed).values_list("salon_id", flat=True)[:MOST_SALONS])
    if len(ids) < MOST_SALONS and terms.of_word(typed):
        found = find(Wanted(words=tuple(words)), after=None, limit=MOST_SALONS)
        ids = list(dict.fromkeys([*ids, *(hit.salon_id for hit in found)]))[:MOST_SALONS]
    return [*_districts(typed), *_salons(ids)]


def _beginning_with(typed: Word) -> QuerySet[SearchEntry]:
    if typed.is_initials:
        return SearchEntry.objects.filter(initials__startswith=typed.text).order_by("initials", "salon_id")
    return SearchEntry.objects.filter(name__startswith=typed.text).order_by("name", "salon_id")


def _districts(typed: Word) -> list[Suggestion]:
    """There are 229: they are looked through here."""
    fitting = (region for region in Region.objects.order_by("pk") if _fits(typed, region))
    first = [region for region, _ in zip(fitting, range(MOST_DISTRICTS), strict=False)]
    return [Suggestion("district", region.pk, region.district, region.city) for region in first]


def _fits(typed: Word, region: Region) -> bool:
    """By the district, or by both: "강남", "서울강남"."""
    district, city = folded(region.district), folded(region.city)
    written = (initials(district), initials(city + district)) if typed.is_initials else (district, city + district)
    return any(one.startswith(typed.text) for one in written)


def _salons(ids: Iterable[int]) -> list[Suggestion]:
    rows = salons().in_bulk(list(ids))
    return [_of_salon(rows[salon_id]) for salon_id in ids if salon_id in rows]


def _of_salon(salon: Salon) -> Suggestion:
    return Suggestion("salon", salon.pk, salon.name, str(salon.region))
