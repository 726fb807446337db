"""Setting a second factor up, asking for it, and letting it go."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from accounts.credentials import limits
from accounts.errors import (
    SecondFactorIsSetUp,
    SecondFactorMissing,
    SecondFactorMust,
    SecondFactorNeeded,
    WrongCode,
)
from accounts.models import Account, RecoveryCode, SecondFactor, Session
from accounts.second_factor.secrets import (
    CODES,
    digest_of_recovery_code,
    new_recovery_code,
    new_secret,
    resealed,
    seal,
    step_of,
    unsealed,
    uri_of,
    written,
)
from config.env import env
from salon_kit.logs import get_logger

log = get_logger(__name__)


class Offered(NamedTuple):
    """What an app is given, once."""

    secret: str
    uri: str


def offer_second_factor(*, account: Account) -> Offered:
    """A new secret; it counts when a code of it was shown. Raises SecondFactorIsSetUp."""
    secret = new_secret()
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(account=account).first()
        if factor is not None and factor.confirmed_at is not None:
            raise SecondFactorIsSetUp
        SecondFactor.objects.update_or_create(
            account=account, defaults={"sealed_secret": seal(secret), "last_step": -1}
        )
    return Offered(secret=written(secret), uri=uri_of(secret, email=account.email))


def confirm_second_factor(*, account: Account, code: str, keep_session: UUID | None, now: datetime) -> list[str]:
    """From now on it is asked for, and sessions from before end. Gives the recovery codes, which are shown once.

    Raises WrongCode, also when nothing was offered; SecondFactorIsSetUp; TooManyAttempts.
    """
    limits.allow_code(email=account.email)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(account=account).first()
        if factor is not None and factor.confirmed_at is not None:
            raise SecondFactorIsSetUp
        if factor is None or not _take_code_of_app(factor, code, now=now):
            raise WrongCode
        factor.confirmed_at = now
        factor.save(update_fields=["confirmed_at", "last_step"])
        codes = _new_codes(factor)
        Session.objects.filter(account=account).but(keep_session).end(now=now)
    limits.forget_codes(email=account.email)
    log.info("second_factor_set_up", account_id=account.pk)
    return codes


def insist_on_second_factor(account: Account, *, code: str | None, now: datetime) -> None:
    """After the password of an operator was right; nobody else has one.

    Raises SecondFactorNeeded without a code, WrongCode, TooManyAttempts; SecondFactorMissing where operators must have
    one and this one has none.
    """
    if account.role != Account.Role.OPERATOR:
        return
    if not has_second_factor(account_id=account.pk):
        if env.operators_need_second_factor:
            raise SecondFactorMissing
        return
    if not code:
        raise SecondFactorNeeded
    limits.allow_code(email=account.email)
    if not _takes(code, account_id=account.pk, now=now):
        log.warning("second_factor_wrong", account_id=account.pk)
        raise WrongCode
    limits.forget_codes(email=account.email)


def has_second_factor(*, account_id: int) -> bool:
    return SecondFactor.objects.filter(account_id=account_id, confirmed_at__isnull=False).exists()


def renew_recovery_codes(*, account: Account, code: str, now: datetime) -> list[str]:
    """The old ones are worthless. Raises WrongCode, TooManyAttempts."""
    insist_on_second_factor(account, code=code, now=now)
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(account=account, confirmed_at__isnull=False).first()
        if factor is None:
            raise WrongCode
        return _new_codes(factor)


def let_second_factor_go(*, account: Account, code: str, now: datetime) -> None:
    """Raises SecondFactorMust where operators have to have one; WrongCode, TooManyAttempts."""
    if env.operators_need_second_factor:
        raise SecondFactorMust
    insist_on_second_factor(account, code=code, now=now)
    SecondFactor.objects.filter(account=account).delete()
    log.warning("second_factor_let_go", account_id=account.pk)


def enrol_by_command(*, account: Account, now: datetime) -> tuple[Offered, list[str]]:
    """For whoever cannot come in without one: it counts at once. Raises SecondFactorIsSetUp."""
    with transaction.atomic():
        offered = offer_second_factor(account=account)
        factor = SecondFactor.objects.select_for_update().get(account=account)
        factor.confirmed_at = now
        factor.save(update_fields=["confirmed_at"])
        codes = _new_codes(factor)
        Session.objects.filter(account=account).end(now=now)
    return offered, codes


def reseal_all() -> int:
    """Under Django's present key, whatever an older one sealed. Returns how many were."""
    changed = 0
    for factor in SecondFactor.objects.all():
        sealed = resealed(factor.sealed_secret)
        if sealed is not None:
            before = SecondFactor.objects.filter(pk=factor.pk, sealed_secret=factor.sealed_secret)
            changed += before.update(sealed_secret=sealed)
    return changed


def _takes(code: str, *, account_id: int, now: datetime) -> bool:
    """One code lets somebody in once, however many ask with it at the same time."""
    with transaction.atomic():
        factor = (
            SecondFactor.objects.select_for_update().filter(account_id=account_id, confirmed_at__isnull=False).first()
        )
        if factor is None:
            return False
        if _take_code_of_app(factor, code, now=now):
            factor.save(update_fields=["last_step"])
            return True
        used, _ = RecoveryCode.objects.filter(factor=factor, digest=digest_of_recovery_code(code)).delete()
    if used:
        log.warning("recovery_code_used", account_id=account_id)
    return bool(used)


def _take_code_of_app(factor: SecondFactor, code: str, *, now: datetime) -> bool:
    try:
        secret = unsealed(factor.sealed_secret)
    except ValueError:
        # A recovery code still lets its owner in.
        log.exception("second_factor_unreadable", account_id=factor.account_id)
        return False
    step = step_of(secret, code.strip(), now=now)
    if step is None or step <= factor.last_step:
        return False
    factor.last_step = step
    return True


def _new_codes(factor: SecondFactor) -> list[str]:
    codes = [new_recovery_code() for _ in range(CODES)]
    factor.recovery_codes.all().delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(factor=factor, digest=digest_of_recovery_code(code)) for code in codes
    )
    return codes
