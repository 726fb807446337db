"""For which dog prices are asked, and what they look like: answers and the OpenAPI document are made here."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from api.inputs.body_fields import IdField, StrictIntegerField, StrictSerializer, StrictStringField
from api.inputs.query_fields import QueryNumberField
from api.language import words, words_later
from dogs.models import HEAVIEST_GRAMS, LIGHTEST_GRAMS, Coat, Temperament
from prices.models import MOST_PERCENT, MOST_WON, PriceRule
from prices.rules import REASONS, Facts, Matting
from salons.models import DogSize, TreatmentKind

MOST_TRAVEL_METRES = MOST_RANGE = 200_000
MOST_RULES = 100


class TraitsField(serializers.CharField):
    """ "may-bite,shy": each a trait of dogs."""

    default_error_messages = {"not_a_trait": words_later(en="Not a trait of dogs", ko="고를 수 있는 성격이 아니에요")}

    def to_internal_value(self, data: Any) -> Any:
        traits = frozenset(super().to_internal_value(data).split(","))
        if not traits <= set(Temperament.values):
            self.fail("not_a_trait")
        return traits


class DogInput(serializers.Serializer[Any]):
    """A dog, as far as it is known."""

    weight_grams = QueryNumberField(min_value=LIGHTEST_GRAMS, max_value=HEAVIEST_GRAMS, required=False)
    coat = serializers.ChoiceField(choices=Coat.choices, required=False)
    temperament = TraitsField(required=False, max_length=200, help_text="traits of `POST /dogs`, with commas between")
    matting = serializers.ChoiceField(
        choices=[one.value for one in Matting], required=False, default=Matting.NONE.value
    )
    travel_metres = QueryNumberField(
        min_value=0, max_value=MOST_TRAVEL_METRES, required=False, help_text="if the groomer is to come"
    )

    def facts(self) -> Facts:
        """After `is_valid`."""
        given = self.validated_data
        return Facts(
            weight_grams=given.get("weight_grams"),
            coat=given.get("coat"),
            temperament=given.get("temperament", frozenset()),
            matting=Matting(given["matting"]),
            travel_metres=given.get("travel_metres"),
        )


class PricesInput(DogInput):
    weight_grams = QueryNumberField(min_value=LIGHTEST_GRAMS, max_value=HEAVIEST_GRAMS)


class PriceLineShown(serializers.Serializer[Any]):
    reason = serializers.ChoiceField(choices=REASONS)
    won = serializers.IntegerField()


class TreatmentPricedShown(serializers.Serializer[Any]):
    treatment_id = serializers.IntegerField(source="treatment.pk")
    name = serializers.CharField(source="treatment.name")
    kind = serializers.ChoiceField(choices=TreatmentKind.choices, source="treatment.kind")
    dog_size = serializers.ChoiceField(choices=DogSize.choices, source="size")
    minutes = serializers.IntegerField()
    base = serializers.IntegerField(source="price.base", help_text="won")
    lines = PriceLineShown(many=True, source="price.lines", help_text="what the salon's rules add for this dog")
    total = serializers.IntegerField(source="price.total", help_text="won")


class PricesShown(serializers.Serializer[Any]):
    items = TreatmentPricedShown(many=True)


class PriceRuleInput(StrictSerializer):
    """About a range of grams or metres (`least`, `below`), or about one `value`; see docs/api.md."""

    treatment_id = IdField(allow_null=True, help_text="null: all treatments of the salon")
    reason = serializers.ChoiceField(choices=REASONS)
    value = StrictStringField(required=False, default="", allow_blank=True, max_length=30)
    least = StrictIntegerField(min_value=0, max_value=MOST_RANGE, required=False, default=0)
    below = StrictIntegerField(min_value=1, max_value=MOST_RANGE, required=False, default=None, allow_null=True)
    won = StrictIntegerField(min_value=-MOST_WON, max_value=MOST_WON, required=False, default=0)
    percent = StrictIntegerField(min_value=-100, max_value=MOST_PERCENT, required=False, default=0)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """As an operator's page has it."""
        try:
            PriceRule(**{name: value for name, value in given.items() if name != "treatment_id"}).clean()
        except ValidationError as unfit:
            raise serializers.ValidationError(
                {name: [_in_words(one) for one in errors] for name, errors in unfit.error_dict.items()}
            ) from unfit
        return given


_UNFIT_EN = {
    "not-a-value": "Not a value of this reason",
    "empty-range": "Must be above `least`",
    "adds-nothing": "Say `won` or `percent`",
}


def _in_words(error: ValidationError) -> ErrorDetail:
    code, korean = str(error.code), str(error.message)
    return ErrorDetail(words(en=_UNFIT_EN.get(code, korean), ko=korean), code=code)


class PriceRulesInput(StrictSerializer):
    rules = serializers.ListField(child=PriceRuleInput(), max_length=MOST_RULES)


class PriceRuleShown(serializers.Serializer[Any]):
    treatment_id = serializers.IntegerField(allow_null=True)
    reason = serializers.ChoiceField(choices=REASONS)
    value = serializers.CharField()
    least = serializers.IntegerField()
    below = serializers.IntegerField(allow_null=True)
    won = serializers.IntegerField()
    percent = serializers.IntegerField()


class PriceRulesShown(serializers.Serializer[Any]):
    rules = PriceRuleShown(many=True)
