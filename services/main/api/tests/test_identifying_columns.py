"""What identifies something is compared by its bytes, in every table of ours."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection, models

from api.inputs.model_fields import bytes_collation

pytestmark = pytest.mark.django_db
# Shown names that operators give in the admin. Nothing a stranger sends is looked up in them, and that two of them may
# not look alike is what the usual collation is good for.
NAMES = {"salons_region.city", "salons_region.district", "salons_treatment.name"}
# Checked against ^[0-9a-f]{64}$ where it comes in: it has one spelling.
DIGESTS = {"coupons_drawpage.entries_digest"}
OURS = {"accounts", "salons", "bookings", "outbox", "coupons", "chat", "notifications"}


def _unique_texts(model: type[models.Model]) -> list[models.Field]:  # type: ignore[type-arg]
    together = {name for names in model._meta.unique_together for name in names}
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            together |= set(constraint.fields)
    return [
        field
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField | models.TextField) and (field.unique or field.name in together)
    ]


def test_every_unique_text_is_unique_by_its_bytes() -> None:
    found = {
        f"{model._meta.db_table}.{field.column}": field.db_parameters(connection).get("collation")
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in _unique_texts(model)
    }

    assert {"accounts_account.email", "accounts_refreshtoken.digest"} <= set(found)
    assert {name for name, collation in found.items() if "bin" not in (collation or "")} == NAMES


def test_the_database_has_them_as_the_models_say() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT CONCAT(c.table_name, '.', c.column_name), c.collation_name
               FROM information_schema.columns c JOIN information_schema.statistics s
                 ON s.table_schema = c.table_schema AND s.table_name = c.table_name AND s.column_name = c.column_name
               WHERE c.table_schema = DATABASE() AND s.non_unique = 0 AND c.collation_name IS NOT NULL"""
        )
        found = dict(cursor.fetchall())

    # An id is 32 hexadecimal digits that Django writes in small letters: as a number it has no other spelling.
    ids = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(getattr(field, "target_field", field), models.UUIDField)
    }
    ours = {name: collation for name, collation in found.items() if name.split("_")[0] in OURS and name not in ids}
    assert ours["accounts_account.email"] == ours["accounts_refreshtoken.digest"] == bytes_collation(connection)
    assert {name for name, collation in ours.items() if not (collation or "").endswith("_bin")} == NAMES | DIGESTS
