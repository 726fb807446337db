"""The one form of an e-mail address in which it is stored and compared.

Full-width letters, capitals, a domain in its own script or in Punycode: whatever a mail server would deliver to one
mailbox is one account here. Not the package email-validator: it keeps compatibility letters and the case of the local
part, which is all that was wrong, and brings a DNS client with it. `idna`, the domain half of it, is what it uses too.
"""

from __future__ import annotations

import re
from typing import Any
from unicodedata import category, normalize

import idna
from django.core.exceptions import ValidationError
from django.db import models

from api.inputs.model_fields import ComparedByBytes

MAX_LENGTH = 254
_LOCAL_MAX_LENGTH = 64
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(\.{_ATOM})*", re.ASCII)
# A domain ends in a name of letters (RFC 3696): what ends in a number is an address of IPv4 in some spelling.
_DOMAIN = re.compile(r"([a-z0-9-]+\.)+([a-z]{2,}|xn--[a-z0-9-]+)", re.ASCII)


# Of rows that have no address: nobody can have one there (RFC 2606), and nothing is sent there.
NOBODYS_DOMAIN = "accounts.invalid"


class UnfitEmail(ValueError):
    """No address, or one with characters that nobody can see."""


def canonical_email(text: str) -> str:
    """Raises UnfitEmail."""
    if len(text) > 4 * MAX_LENGTH:  # before any work that grows faster than the text
        raise UnfitEmail("too long for an e-mail address")
    folded = normalize("NFKC", text).strip(" ")
    local, _, domain = folded.rpartition("@")
    local = local.lower()
    if any(category(letter)[0] in "CZ" for letter in text.strip(" ")) or not _LOCAL.fullmatch(local):
        raise UnfitEmail("not an e-mail address")
    canonical = f"{local}@{_ascii_domain(domain)}"
    if len(canonical) > MAX_LENGTH or len(local) > _LOCAL_MAX_LENGTH:
        raise UnfitEmail("too long for an e-mail address")
    return canonical


def is_nobodys(email: str) -> bool:
    """A canonical address that only stands where there is none."""
    return email.endswith(f"@{NOBODYS_DOMAIN}")


def _ascii_domain(domain: str) -> str:
    try:
        name = idna.encode(domain, uts46=True, std3_rules=True).decode().lower()
    except (idna.IDNAError, UnicodeError) as error:
        raise UnfitEmail("no such domain") from error
    if not _DOMAIN.fullmatch(name):
        raise UnfitEmail("no such domain")
    return name


class CanonicalEmailField(ComparedByBytes, models.EmailField):  # type: ignore[type-arg]  # generic for mypy only
    """Forms, commands, lookups, seeds and saves all pass through here, so no spelling gets around the one form."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if text in self.empty_values:
            return text
        try:
            return canonical_email(text)
        except UnfitEmail as error:
            raise ValidationError(str(error), code="invalid") from error

    def get_prep_value(self, value: Any) -> Any:
        """Also of what is looked for: an unfit address is looked for as it is, and nothing is found."""
        prepared = models.EmailField.get_prep_value(self, value) if not isinstance(value, str) else value
        if not isinstance(prepared, str):
            return prepared
        try:
            return canonical_email(prepared)
        except UnfitEmail:
            return prepared

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001  # Django's
        address = getattr(model_instance, self.attname)
        try:
            canonical = canonical_email(address)
        except UnfitEmail:
            if not add and self._is_stored(model_instance, address):
                return address  # from before today's rule: whatever else changes in the row can be saved
            raise
        setattr(model_instance, self.attname, canonical)
        return canonical

    def _is_stored(self, model_instance: models.Model, address: str) -> bool:
        rows = type(model_instance)._base_manager  # noqa: SLF001  # Django's public name
        return rows.filter(pk=model_instance.pk, **{self.attname: address}).exists()
