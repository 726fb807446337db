"""An owner's price rules: the whole list at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from api.callers.acting import By
from api.preconditions import Versions
from prices.models import PriceRule
from salons.managing.services import changed, locked_own_salon, unfit
from salons.models import Treatment


def set_price_rules(rules: Sequence[Mapping[str, Any]], *, by: By, versions: Versions) -> None:
    """These, and no others. Each is columns of PriceRule, fit by themselves. What is booked keeps its price.

    Raises NotFound, ChangedMeanwhile, Forbidden; InvalidInput for a treatment of another salon.
    """
    with transaction.atomic(durable=True):
        salon = locked_own_salon(by=by, versions=versions)
        named = {rule["treatment_id"] for rule in rules} - {None}
        if Treatment.objects.filter(salon=salon, pk__in=named).count() < len(named):
            raise unfit("rules", "not-there", en="There is no such treatment of yours", ko="이 살롱에 없는 시술이에요")
        PriceRule.objects.filter(salon=salon).delete()
        PriceRule.objects.bulk_create(PriceRule(salon=salon, **rule) for rule in rules)
        changed(salon)
