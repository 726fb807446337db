"""What the tables know of a second factor, and what becomes of it when keys change."""

from __future__ import annotations

import base64

import pytest
from django.conf import LazySettings
from django.utils import timezone

from accounts.models import Account, RecoveryCode, SecondFactor
from accounts.second_factor import services
from accounts.tests.second_factor.coming_in import Phone, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_stolen_table_has_neither_the_secret_nor_a_recovery_code(operator: Account) -> None:
    offered, codes = services.enrol_by_command(account=operator, now=timezone.now())

    rows = str(list(SecondFactor.objects.values()) + list(RecoveryCode.objects.values()))

    secret = base64.b32decode(offered.secret)
    forms = [offered.secret, secret.hex(), base64.b64encode(secret).decode(), *codes]
    assert not [form for form in forms if form in rows or form.replace("-", "") in rows]


def test_it_outlives_an_exchange_of_djangos_key(operator: Account, phone: Phone, settings: LazySettings) -> None:
    old = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [old]

    while_both_are_read = sign_in(operator, code=phone.code())[0]
    resealed = [services.reseal_all() for _ in range(2)]
    settings.SECRET_KEY_FALLBACKS = []

    assert (while_both_are_read, resealed) == (201, [1, 0])
    assert sign_in(operator, code=phone.code())[0] == 201


def test_what_no_key_opens_any_more_still_leaves_the_recovery_codes(operator: Account, settings: LazySettings) -> None:
    offered, codes = services.enrol_by_command(account=operator, now=timezone.now())
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, []

    assert sign_in(operator, code=Phone(offered.secret).code())[0] == 403
    assert sign_in(operator, code=codes[0])[0] == 201
