"""The step of a migration: addresses and names that were stored before there was one form of them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from unicodedata import normalize

from accounts.credentials.canonical import NOBODYS_DOMAIN, UnfitEmail, canonical_email
from salon_kit.logs import get_logger

log = get_logger(__name__)


def store_in_one_form(apps: Any, schema_editor: Any) -> None:
    """Of accounts that turn out to have one address, the oldest active one keeps it.

    The others get an address to which nobody can sign in, and their ids are in the log: an operator finds out who
    they are and gives them one in the admin. An address that is none under today's rule stays, and is told too.
    """
    accounts = apps.get_model("accounts", "Account").objects
    by_address: defaultdict[str, list[tuple[bool, int, str]]] = defaultdict(list)
    unfit: list[int] = []
    for account_id, email, name, is_active in accounts.values_list("pk", "email", "name", "is_active").iterator():
        if normalize("NFC", name) != name:
            accounts.filter(pk=account_id).update(name=normalize("NFC", name))
        try:
            by_address[canonical_email(email)].append((not is_active, account_id, email))
        except UnfitEmail:
            unfit.append(account_id)
    collided = [account for found in by_address.values() for account in sorted(found)[1:]]
    for _, account_id, _ in collided:
        accounts.filter(pk=account_id).update(email=f"collided-{account_id}@{NOBODYS_DOMAIN}")
    for canonical, found in by_address.items():
        _, account_id, email = min(found)
        if email != canonical:
            accounts.filter(pk=account_id).update(email=canonical)
    if collided or unfit:
        log.warning("addresses_need_an_operator", collided=[one[1] for one in collided], unfit=unfit)
