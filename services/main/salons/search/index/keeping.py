"""Keeping what salons are found by in step with what they say: in the transaction of whoever changes them.

Salons, treatments and regions that are saved or deleted one by one see to it themselves (listening.py beside this).
Whoever writes many at once by a statement (`update`, `bulk_create`) calls `keep` in the same transaction. What was
written by a release that knows nothing of it is found by `manage.py rebuild_search`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator

from django.db import connection, transaction

from salons.models import Salon, SearchEntry, SearchPrice
from salons.search.index.documents import Document, Price, documents_of

AT_ONCE = 500
_ENTRY_COLUMNS = ["city", "name", "initials", "text", "terms", "latitude", "longitude", "latitude_band"]
_NO_TERMS = frozenset[str]()
_ADD_TERMS = "INSERT IGNORE INTO salons_searchterm (term, salon_id) VALUES (%s, %s)"
_REMOVE_TERM = "DELETE FROM salons_searchterm WHERE term = %s AND salon_id = %s"
_ADD_PRICES = "INSERT INTO salons_searchprice (salon_id, kind, size, price, city) VALUES (%s, %s, %s, %s, %s)"


def keep(salon_ids: Collection[int]) -> int:
    """Write what these are found by now, and nothing where it is so already. Returns how many were not in step.

    Holds the rows of the salons until the transaction ends: two who change one salon do it one after the other, and
    the second reads what the first has written.
    """
    with transaction.atomic():
        list(Salon.objects.select_for_update().filter(pk__in=salon_ids).order_by("pk").values_list("pk"))
        documents = documents_of(salon_ids)
        before = SearchEntry.objects.in_bulk(list(salon_ids))
        prices = _prices_of(salon_ids)
        changed = [
            document
            for salon_id, document in documents.items()
            if not _is_written(document, before.get(salon_id), prices[salon_id])
        ]
        SearchPrice.objects.filter(salon_id__in=[document.entry.salon_id for document in changed]).delete()
        write(changed, before=before)
    return len(changed)


def write(documents: Collection[Document], *, before: dict[int, SearchEntry]) -> None:
    """`before` are the entries that are there: terms that are not in the document any more go. Prices are added."""
    SearchEntry.objects.bulk_create(
        [document.entry for document in documents], update_conflicts=True, update_fields=_ENTRY_COLUMNS
    )
    come, go = [], []
    for document in documents:
        salon_id = document.entry.salon_id
        were = _terms_of(before.get(salon_id))
        come += [(term, salon_id) for term in document.terms - were]
        go += [(term, salon_id) for term in were - document.terms]
    with connection.cursor() as cursor:
        # In the order in which they lie.
        cursor.executemany(_ADD_TERMS, sorted(come))
        cursor.executemany(_REMOVE_TERM, sorted(go))
        cursor.executemany(_ADD_PRICES, sorted(_price_rows(documents)))


def forget(salon_id: int) -> None:
    """Of a salon that goes: the entry goes with it by itself."""
    terms = _terms_of(SearchEntry.objects.filter(pk=salon_id).first())
    with connection.cursor() as cursor:
        cursor.executemany(_REMOVE_TERM, sorted((term, salon_id) for term in terms))
    SearchPrice.objects.filter(salon_id=salon_id).delete()


def keep_all() -> int:
    """Returns how many salons were not in step, those that are gone among them.

    Each AT_ONCE of them are a transaction of their own.
    """
    gone = list(SearchEntry.objects.exclude(pk__in=Salon.objects.values("pk")).values_list("pk", flat=True))
    for salon_id in gone:
        with transaction.atomic():
            forget(salon_id)
            SearchEntry.objects.filter(pk=salon_id).delete()
    return len(gone) + sum(keep(ids) for ids in _batches(Salon.objects.order_by("pk").values_list("pk", flat=True)))


def keep_missing() -> int:
    """Salons that nothing was ever written of: those from before there was a search."""
    missing = Salon.objects.filter(search_entry=None).order_by("pk").values_list("pk", flat=True)
    return sum(keep(ids) for ids in _batches(missing))


def keep_region(region_id: int) -> int:
    """A district that got another name: all of its salons."""
    return sum(
        keep(ids)
        for ids in _batches(Salon.objects.filter(region_id=region_id).order_by("pk").values_list("pk", flat=True))
    )


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    found = list(ids)
    return (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE))


def _terms_of(entry: SearchEntry | None) -> frozenset[str]:
    return frozenset(entry.terms.split("\n")) if entry else _NO_TERMS


def _prices_of(salon_ids: Collection[int]) -> dict[int, set[Price]]:
    found: dict[int, set[Price]] = defaultdict(set)
    rows = SearchPrice.objects.filter(salon_id__in=salon_ids).values_list("salon_id", "kind", "size", "price", "city")
    for salon_id, kind, size, won, city in rows:
        found[salon_id].add(Price(kind, size, won, city))
    return found


def _is_written(document: Document, entry: SearchEntry | None, prices: set[Price]) -> bool:
    return (
        entry is not None
        and prices == document.prices
        and all(getattr(entry, column) == getattr(document.entry, column) for column in _ENTRY_COLUMNS)
    )


def _price_rows(documents: Iterable[Document]) -> Iterator[tuple[int, str, str, int, str]]:
    return (
        (document.entry.salon_id, price.kind, price.size, price.won, price.city)
        for document in documents
        for price in document.prices
    )
