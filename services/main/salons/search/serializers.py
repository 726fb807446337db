"""What may be searched for, and what is found: the answers are made here, and so is the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.inputs.body_fields import CleanLineField
from api.inputs.query_fields import DayOrMomentField, QueryDegreesField, QueryNumberField
from api.language import words
from salons.models import DogSize, TreatmentKind
from salons.search.index.folding import words_of
from salons.search.wanted import MOST_RADIUS_METRES, MOST_WON, USUAL_RADIUS_METRES, Free, Near, Order, Wanted
from salons.serializers import NEXT_FREE, PhotoSizesShown, RatingShown

LONGEST_QUERY = 100


class SearchInput(serializers.Serializer[Any]):
    q = CleanLineField(
        max_length=LONGEST_QUERY,
        required=False,
        allow_blank=True,
        help_text="words of name, place, summary, treatments, or parts of them; or consonants of the name (ㄷㄷㅅㄹ)",
    )
    region = QueryNumberField(min_value=1, max_value=10**18 - 1, required=False, help_text="id of a district")
    city = CleanLineField(max_length=30, required=False, help_text="as in GET /regions")
    lat = QueryDegreesField(min_value=-85, max_value=85, required=False, help_text="together with `lon`")
    lon = QueryDegreesField(min_value=-180, max_value=180, required=False)
    radius = QueryNumberField(
        min_value=1, max_value=MOST_RADIUS_METRES, default=USUAL_RADIUS_METRES, help_text="metres around `lat`, `lon`"
    )
    treatment_kind = serializers.ChoiceField(choices=TreatmentKind.choices, required=False)
    dog_size = serializers.ChoiceField(
        choices=DogSize.choices, required=False, help_text="whose prices are meant; then `price_from` is answered"
    )
    price_min = QueryNumberField(min_value=0, max_value=MOST_WON, required=False, help_text="won; needs `dog_size`")
    price_max = QueryNumberField(min_value=0, max_value=MOST_WON, required=False, help_text="won; needs `dog_size`")
    free_by = DayOrMomentField(
        required=False,
        help_text="a day, in Korea (2026-12-05), or a moment (2026-12-05T14:00:00+09:00): `next_free_at` is no later. "
        "A page may then be shorter than `limit` though there is a `next`",
    )
    order = serializers.ChoiceField(
        choices=[order.value for order in Order],
        required=False,
        help_text="`distance`, the usual one near a place, needs `lat` and `lon`; `price` needs `dog_size`",
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Each of these means nothing without the other."""
        needs = {"lat": ["lon"], "lon": ["lat"], "price_min": ["dog_size"], "price_max": ["dog_size"]}
        needed = [other for name, others in needs.items() if name in given for other in others]
        needed += {"price": ["dog_size"], "distance": ["lat", "lon"]}.get(given.get("order", ""), [])
        if missing := sorted({name for name in needed if name not in given}):
            why = words(en="Needed with what else you ask for", ko="함께 보낸 조건에 필요해요")
            raise serializers.ValidationError({name: ErrorDetail(why, code="required") for name in missing})
        return given

    def wanted(self, *, now: datetime) -> Wanted:
        """After `is_valid`."""
        given = self.validated_data
        near = Near(given["lat"], given["lon"], given["radius"]) if "lat" in given else None
        kind, size = given.get("treatment_kind"), given.get("dog_size")
        return Wanted(
            words=tuple(words_of(given["q"])) if given.get("q") else None,
            region_id=given.get("region"),
            city=given.get("city"),
            near=near,
            kind=TreatmentKind(kind) if kind else None,
            size=DogSize(size) if size else None,
            price_min=given.get("price_min", 0),
            price_max=given.get("price_max", MOST_WON),
            free=Free(max(given["free_by"], now), now) if "free_by" in given else None,
            order=Order(given.get("order") or (Order.DISTANCE if near else Order.ID)),
        )


class SalonFoundShown(serializers.Serializer[Any]):
    id = serializers.IntegerField(source="salon.id")
    name = serializers.CharField(source="salon.name")
    region = serializers.CharField(source="salon.region")
    address = serializers.CharField(source="salon.address")
    summary = serializers.CharField(source="salon.summary")
    latitude = serializers.FloatField(source="salon.latitude", allow_null=True)
    longitude = serializers.FloatField(source="salon.longitude", allow_null=True)
    cover = PhotoSizesShown(
        source="salon.cover", allow_null=True, help_text="the first photo of its gallery; null where it shows none"
    )
    rating = RatingShown(
        source="salon.shown_rating", allow_null=True, help_text="null where nobody has said anything yet"
    )
    next_free_at = serializers.DateTimeField(source="salon.next_free_at", allow_null=True, help_text=NEXT_FREE)
    price_from = serializers.IntegerField(
        allow_null=True,
        help_text="won, of the cheapest treatment of the kind that was asked for; null without `dog_size`",
    )
    distance_metres = serializers.IntegerField(
        allow_null=True, help_text="as the crow flies; null without `lat`, `lon`"
    )


class SalonsFoundShown(serializers.Serializer[Any]):
    items = SalonFoundShown(many=True)
    next = serializers.CharField(allow_null=True)


class SuggestionShown(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["district", "salon"])
    id = serializers.IntegerField()
    name = serializers.CharField()
    place = serializers.CharField()


class SuggestionsShown(serializers.Serializer[Any]):
    items = SuggestionShown(many=True)
