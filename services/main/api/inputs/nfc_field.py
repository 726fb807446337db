"""A text column that holds, and is looked up by, the one form of its text (api/inputs/text.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import models

from api.inputs.text import UnfitText, clean_line, nfc

if TYPE_CHECKING:  # the class takes parameters in the stubs only
    CharField = models.CharField[str, str]
else:
    CharField = models.CharField


class NfcCharField(CharField):
    """For text that comes in by other ways than an `Input`: the admin, commands, seeds.

    Forms take what an `Input` takes. Lookups take anything: who searches for what cannot be, finds nothing.
    """

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        try:
            line = clean_line(value) if isinstance(value, str) else value
        except UnfitText as unfit:
            raise ValidationError(str(unfit), code=unfit.code) from unfit
        return super().clean(line, model_instance)

    def get_prep_value(self, value: Any) -> Any:
        prepared = super().get_prep_value(value)
        return nfc(prepared) if isinstance(prepared, str) else prepared

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  # Django's signature
        value = super().pre_save(model_instance, add)
        if isinstance(value, str):
            value = nfc(value)
            setattr(model_instance, self.attname, value)
        return value
