"""A text column that holds, and is looked up by, the one form of its text (api/inputs/text.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from api.inputs.text import nfc

if TYPE_CHECKING:  # the class takes parameters in the stubs only
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


class NfcCharField(CharField):
    """For text that comes in by other ways than an `Input`: the admin, commands, seeds."""

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return nfc(prepared) if isinstance(prepared, str) else prepared

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  # Django's signature
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = nfc(value)
            setattr(model_instance, self.attname, value)
        return value
