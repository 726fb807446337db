"""What each salon is found by, as it follows from the salon, its place and its treatments."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import NamedTuple

from salons.models import DogSize, Salon, SearchEntry, SearchPrice, Treatment
from salons.search.index import terms
from salons.search.index.folding import folded, initials

BANDS_PER_DEGREE = 100
# Compatibility makes eighteen letters of one; nobody searches for so much of a name.
_NAME_LENGTH = 200
MOST_TEXT = 4_000


# Districts, and what treatments are called, are the same in very many salons.
_folded = lru_cache(maxsize=4096)(folded)
_terms_of_line = lru_cache(maxsize=4096)(terms.of_text)


class Price(NamedTuple):
    kind: str
    size: str
    won: int
    city: str


class Document(NamedTuple):
    entry: SearchEntry
    terms: frozenset[str]
    prices: frozenset[Price]


def documents_of(salon_ids: Collection[int]) -> dict[int, Document]:
    """By salon; of those that are there."""
    offered: dict[int, list[Treatment]] = defaultdict(list)
    for treatment in Treatment.objects.filter(salon_id__in=salon_ids).order_by("pk"):
        offered[treatment.salon_id].append(treatment)
    found = Salon.objects.select_related("region").filter(pk__in=salon_ids)
    return {salon.pk: document(salon, offered[salon.pk]) for salon in found}


def document(salon: Salon, treatments: Collection[Treatment]) -> Document:
    """Of a salon whose region is there too."""
    name, region = folded(salon.name)[:_NAME_LENGTH], salon.region
    written = (region.city, region.district, salon.summary, *(treatment.name for treatment in treatments))
    lines = list(dict.fromkeys((name, *map(_folded, written))))
    text = "\n".join(lines)[:MOST_TEXT]
    kinds = {treatment.kind for treatment in treatments}
    facts = {terms.of_city(region.city), terms.of_region(region.pk), *map(terms.of_kind, kinds)}
    of_name = initials(name)[:_NAME_LENGTH]
    found_by = facts.union(terms.of_initials(of_name), *map(_terms_of_line, text.split("\n")))
    entry = SearchEntry(
        salon_id=salon.pk,
        city=region.city,
        name=name,
        initials=of_name,
        text=text,
        terms="\n".join(sorted(found_by)),
        latitude=salon.latitude,
        longitude=salon.longitude,
        latitude_band=None if salon.latitude is None else band_of(salon.latitude),
    )
    return Document(entry, frozenset(found_by), frozenset(_prices(treatments, city=region.city)))


def band_of(latitude: float) -> int:
    return math.floor(latitude * BANDS_PER_DEGREE)


def _prices(treatments: Iterable[Treatment], *, city: str) -> list[Price]:
    lowest: dict[tuple[str, str], int] = {}
    for treatment in treatments:
        for size in DogSize:
            for kind in (treatment.kind, SearchPrice.ANY):
                _keep_lowest(lowest, (str(kind), size.value), treatment.price(size))
    return [Price(kind, size, won, city) for (kind, size), won in lowest.items()]


def _keep_lowest(lowest: dict[tuple[str, str], int], of: tuple[str, str], price: int) -> None:
    lowest[of] = min(price, lowest.get(of, price))
