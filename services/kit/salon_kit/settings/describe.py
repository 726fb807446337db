"""What a process would read, and from where: `python -m salon_kit.settings coupon_queue.settings:Settings`."""

from __future__ import annotations

from typing import Any, NamedTuple

from pydantic import SecretStr, ValidationError

from salon_kit.addresses import shown_address
from salon_kit.settings.base import ServiceSettings
from salon_kit.settings.origins import DEFAULT
from salon_kit.settings.refusal import SettingsRefused
from salon_kit.settings.sources import is_never_read, is_secret, variable_of

MASK = "********"
NOTHING = "–"


class Row(NamedTuple):
    """`value` is masked where it is a secret, and so is a password in an address."""

    name: str
    variable: str
    origin: str
    value: str
    doc: str


class Described(NamedTuple):
    """`refusal` is "" where the process would start; its rows are empty where it would not."""

    rows: list[Row]
    refusal: str


def described(settings_cls: type[ServiceSettings]) -> Described:
    try:
        settings = settings_cls()
    except (SettingsRefused, ValidationError) as refused:
        return Described([], str(refused))
    return Described([_row(settings, name) for name in settings_cls.model_fields if not is_never_read(name)], "")


def _row(settings: ServiceSettings, name: str) -> Row:
    field = type(settings).model_fields[name]
    variable = variable_of(type(settings), name)
    origin = settings.origins.get(name, DEFAULT)
    return Row(
        name=name,
        variable=f"{variable}_FILE" if is_secret(field) else variable,
        origin=str(origin),
        value=_shown(getattr(settings, name)),
        doc=" ".join((field.description or "").split()),
    )


def _shown(value: Any) -> str:
    if value is None or value == "":
        return NOTHING
    if isinstance(value, SecretStr):
        return MASK
    first, *more = str(value).splitlines()
    return f"{first} … {len(more)} more lines" if more else shown_address(first)
