"""What salons are found by. Nobody writes here but salons.search.index.keeping, from what the salons themselves say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from api.inputs.model_fields import ComparedByBytes, IdentifierField
from salons.models.salon import Salon
from salons.models.treatment import DogSize

if TYPE_CHECKING:  # the class takes parameters in the stubs only
    TextField = models.TextField[str, str]
else:
    TextField = models.TextField


class FoldedTextField(ComparedByBytes, TextField):
    """Text as salons.search.index.folding makes it: what is the same has the same bytes."""


class SearchEntry(models.Model):
    """One salon, as it is searched. What is written here is folded (salons.search.index.folding)."""

    # No constraint in the database: the release before deletes salons and knows nothing of this table.
    salon = models.OneToOneField(
        Salon, on_delete=models.CASCADE, primary_key=True, db_constraint=False, related_name="search_entry"
    )
    city = IdentifierField(max_length=30)
    name = IdentifierField(max_length=200)
    initials = IdentifierField(max_length=200)
    """The first consonants of the name."""
    text = FoldedTextField()
    """Name, place, summary and treatments, a line each."""
    terms = FoldedTextField()
    """Its terms in SearchTerm, a line each: what has to go when they change."""
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    latitude_band = models.SmallIntegerField(null=True)
    """Hundredths of a degree, rounded down: with the longitude a box on the map is a few ranges of one index."""

    class Meta:
        indexes = [
            models.Index(fields=["name", "salon"], name="search_by_name"),
            models.Index(fields=["initials", "salon"], name="search_by_initials"),
            models.Index(fields=["latitude_band", "longitude", "latitude"], name="search_by_place"),
        ]

    def __str__(self) -> str:
        return f"{self.name}"


class SearchTerm(models.Model):
    """That a salon has a term: two letters of its text, first consonants of its name, or a fact such as its district.

    The salons of one term lie together, in the order of their ids, so that lists of several terms are intersected
    without sorting. No foreign key: it would need an index as large as the table. The entry says what to remove.
    """

    pk = models.CompositePrimaryKey("term", "salon_id")
    term = IdentifierField(max_length=40)
    salon_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.term} {self.salon_id}"


class SearchPrice(models.Model):
    """The lowest price in whole won of a salon for a size of dogs, for one kind of treatment or for any (`ANY`)."""

    ANY = "any"

    pk = models.CompositePrimaryKey("salon_id", "kind", "size")
    salon_id = models.BigIntegerField()
    kind = IdentifierField(max_length=10)
    size = IdentifierField(max_length=6, choices=DogSize.choices)
    price = models.IntegerField()
    city = IdentifierField(max_length=30)

    class Meta:
        indexes = [
            models.Index(fields=["kind", "size", "price", "salon_id"], name="search_by_price"),
            models.Index(fields=["city", "kind", "size", "price", "salon_id"], name="search_by_price_in_city"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.size} {self.price}"
