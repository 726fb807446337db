"""How a visit is asked for: in a body, and in the query of a list."""

from __future__ import annotations

import re
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.inputs.body_fields import AnyCaseUUIDField, IdField, MomentField, StrictSerializer
from api.language import words, words_later
from bookings.services import Wish
from bookings.visits.asked import MOST_TREATMENTS, AskedTreatment
from dogs.models import size_of
from prices.rules import Facts, Matting
from prices.serializers import DogInput
from salons.models import DogSize

_ONE = re.compile(r"([1-9][0-9]{0,17}):([a-z]+)((?:;[a-z_]+=[a-z0-9.-]+)*)")
_OF_A_DOG = frozenset({"weight_grams", "coat", "temperament", "matting"})
EXAMPLE = "7:small,8:large;weight_grams=21000;coat=double;temperament=shy.may-bite;matting=light"


def _refused(name: str, *, code: str, en: str, ko: str) -> serializers.ValidationError:
    return serializers.ValidationError({name: ErrorDetail(words(en=en, ko=ko), code=code)})


def _exactly_one(data: dict[str, Any], *names: str) -> None:
    """Names the first one where none is there, and the last where there are two."""
    there = [name for name in names if name in data]
    if not there:
        raise _refused(names[0], code="required", en="This field is required", ko="필수 항목이에요")
    if len(there) > 1:
        others = ", ".join(there[:-1])
        raise _refused(
            there[-1], code="one_too_many", en=f"Not together with {others}", ko=f"{others}와 함께 쓸 수 없어요"
        )


class VisitTreatmentInput(StrictSerializer):
    """Of one of my dogs, or of any dog of a size."""

    treatment_id = IdField()
    dog_id = AnyCaseUUIDField(required=False)
    dog_size = serializers.ChoiceField(choices=DogSize.choices, required=False)
    matting = serializers.ChoiceField(
        choices=[one.value for one in Matting], required=False, default=Matting.NONE.value, help_text="of the coat, now"
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _exactly_one(attrs, "dog_id", "dog_size")
        return attrs


class VisitOfInput(StrictSerializer):
    """Who does what, whenever: one or more treatments by one groomer, or by any of a salon."""

    groomer_id = IdField(required=False, help_text="this groomer")
    salon_id = IdField(required=False, help_text="in place of groomer_id: whoever of this salon is free")
    treatments = serializers.ListField(
        child=VisitTreatmentInput(),
        min_length=1,
        max_length=MOST_TREATMENTS,
        required=False,
        help_text="one after the other; durations and prices add up",
    )
    treatment_id = IdField(required=False, help_text="in place of treatments, with dog_size: one treatment of one dog")
    dog_size = serializers.ChoiceField(choices=DogSize.choices, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        _exactly_one(attrs, "groomer_id", "salon_id")
        _exactly_one(attrs, "treatment_id", "treatments")
        _exactly_one(attrs, "dog_size", "treatments")
        _refuse_twice(attrs.get("treatments", []))
        return attrs

    @staticmethod
    def asked(data: dict[str, Any]) -> list[AskedTreatment]:
        """Of what is valid."""
        if "treatments" not in data:
            return [AskedTreatment(treatment_id=data["treatment_id"], dog_size=DogSize(data["dog_size"]))]
        return [
            AskedTreatment(
                treatment_id=one["treatment_id"],
                dog_id=one.get("dog_id"),
                dog_size=DogSize(one["dog_size"]) if "dog_size" in one else None,
                facts=Facts(matting=Matting(one["matting"])),
                stands_at=f"treatments.{number}.",
            )
            for number, one in enumerate(data["treatments"])
        ]


class VisitInput(VisitOfInput):
    """A visit of one or more treatments to one groomer, or to any of a salon."""

    starts_at = MomentField()

    def wish(self) -> Wish:
        """Of what is valid."""
        data = self.validated_data
        return Wish(
            groomer_id=data.get("groomer_id"),
            salon_id=data.get("salon_id"),
            starts_at=data["starts_at"],
            treatments=tuple(self.asked(data)),
        )


def _refuse_twice(treatments: list[dict[str, Any]]) -> None:
    """One dog has one treatment once. Of dogs without a name there may be two of a size."""
    seen = set()
    for number, one in enumerate(treatments):
        pair = (one.get("dog_id"), one["treatment_id"])
        if pair[0] is not None and pair in seen:
            raise _refused(
                f"treatments.{number}", code="twice", en="This dog has that already", ko="이미 고른 시술이에요"
            )
        seen.add(pair)


class VisitField(serializers.CharField):
    """In a query: `7:small,8:large` is treatment 7 of a small dog and treatment 8 of a large one.

    What is known of a dog may follow, as it changes the price: `8:large;weight_grams=21000;temperament=shy.may-bite`.
    """

    default_error_messages = {
        "invalid": words_later(en=f"Write it as in {EXAMPLE}", ko=f"{EXAMPLE}처럼 적어 주세요"),
    }

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=2_000, trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> list[AskedTreatment]:  # type: ignore[override]  # it is what comes out
        parts = super().to_internal_value(data).split(",")
        if len(parts) > MOST_TREATMENTS:
            self.fail("invalid")
        return [self._one(part) for part in parts]

    def _one(self, part: str) -> AskedTreatment:
        found = _ONE.fullmatch(part)
        if found is None or found[2] not in DogSize.values:
            self.fail("invalid")
        size, facts = DogSize(found[2]), self._facts(found[3])
        if facts.weight_grams is not None and size_of(facts.weight_grams) != size:
            self.fail("invalid")
        return AskedTreatment(treatment_id=int(found[1]), dog_size=size, facts=facts, stands_at="visit.")

    def _facts(self, text: str) -> Facts:
        pairs = [pair.partition("=")[::2] for pair in text.split(";")[1:]]
        given = {name: value.replace(".", ",") for name, value in pairs}
        dog = DogInput(data=given)
        if not given.keys() <= _OF_A_DOG or len(given) < len(pairs) or not dog.is_valid():
            self.fail("invalid")
        return dog.facts()
