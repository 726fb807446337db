"""People who can sign in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.credentials.canonical import CanonicalEmailField, is_nobodys
from accounts.models.session import Session
from accounts.models.social_identity import SocialIdentity
from accounts.roles import insist_on_free_role
from api.inputs.model_fields import IdentifierField
from api.inputs.text import UnfitText, clean_line, nfc

# What changes who may sign in as somebody, or what they may do: their sessions end with it, wherever it is changed. A
# password that is set by whoever does not give the present one (a mailed link, an operator) disconnects providers too:
# what a thief has connected would be a way back.
ENDS_SESSIONS = frozenset({"password", "role", "is_active", "is_staff", "is_superuser"})


class AccountQuerySet(models.QuerySet["Account"]):
    def update(self, **changes: Any) -> int:
        """As save() does: what changes an account's power ends its sessions, and a role with rows stays."""
        if not ENDS_SESSIONS & changes.keys():
            return super().update(**changes)
        with transaction.atomic():
            found = list(self.select_for_update().values_list("pk", "role"))
            ids = [account_id for account_id, _ in found]
            for role in {role for _, role in found} - {changes.get("role")} if "role" in changes else ():
                insist_on_free_role(account_ids=[one for one, has in found if has == role], role=role)
            updated = super().update(**changes, sessions_version=models.F("sessions_version") + 1)
            Session.objects.filter(account__in=ids).end(now=timezone.now())
            if "password" in changes:
                SocialIdentity.objects.filter(account__in=ids).delete()
        return updated

    def give_password(self, hashed: str, *, keep_session: UUID | None, now: datetime) -> None:
        """As update() does, but one session may go on: that of whoever changes it, and knew the one before."""
        with transaction.atomic():
            ids = list(self.select_for_update().values_list("pk", flat=True))
            super().update(password=hashed, sessions_version=models.F("sessions_version") + 1)
            Session.objects.filter(account__in=ids).but(keep_session).end(now=now)


class AccountManager(BaseUserManager["Account"]):
    def get_queryset(self) -> AccountQuerySet:
        return AccountQuerySet(self.model, using=self._db)

    def give_password(self, hashed: str, *, account_id: int, keep_session: UUID | None, now: datetime) -> None:
        self.get_queryset().filter(pk=account_id).give_password(hashed, keep_session=keep_session, now=now)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=email, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """For Django's createsuperuser: an operator who may do everything in the admin."""
        return self.create_user(
            email, password, **{"role": Account.Role.OPERATOR, "is_staff": True, "is_superuser": True, **fields}
        )


class NameField(models.CharField):  # type: ignore[type-arg]  # generic for mypy only
    """What api.inputs.text takes, in forms and commands as at the API."""

    def to_python(self, value: Any) -> Any:
        try:
            return clean_line(value) if isinstance(value, str) else super().to_python(value)
        except UnfitText as unfit:
            raise ValidationError(str(unfit), code=unfit.code) from unfit

    def get_prep_value(self, value: Any) -> Any:
        """Not to_python's rule: a row with a name of old can be saved, until `mend_stored_texts` has mended it."""
        return nfc(value) if isinstance(value, str) else super().get_prep_value(value)


class Account(AbstractBaseUser, PermissionsMixin):
    class Role(models.TextChoices):
        CUSTOMER = "customer", "보호자"
        GROOMER = "groomer", "미용사"
        OPERATOR = "operator", "운영자"

    email = CanonicalEmailField("이메일", unique=True)
    email_confirmed_at = models.DateTimeField("이메일 확인", null=True, blank=True, editable=False)
    """When somebody opened a link that had gone to this address. None: whoever signed up may have typed any."""
    name = NameField("이름", max_length=50)
    role = IdentifierField("역할", max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField("사용 중", default=True)
    is_staff = models.BooleanField("관리자 화면 사용", default=False)
    sessions_version = models.PositiveIntegerField(default=0, db_default=0, editable=False)
    """Rises when all sessions end; the admin's sessions carry it."""
    created_at = models.DateTimeField("가입 시각", auto_now_add=True)
    left_at = models.DateTimeField("탈퇴 시각", null=True, blank=True, editable=False)
    """When its owner deleted it: the row is nobody's, and what points to it has nobody's name."""

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = "계정"
        verbose_name_plural = "계정"

    def __str__(self) -> str:
        return f"{self.name} ({self.email})"

    @property
    def email_confirmed(self) -> bool:
        return self.email_confirmed_at is not None

    @property
    def reachable_at(self) -> str | None:
        """The address, or None for somebody who came in through a provider and has given us none."""
        return None if is_nobodys(self.email) else self.email

    def clean(self) -> None:
        super().clean()
        stored = Account.objects.filter(pk=self.pk).values_list("role", flat=True).first()
        if stored is not None and stored != self.role:
            insist_on_free_role(account_ids=[self.pk], role=stored)

    def save(self, *args: Any, **options: Any) -> None:
        """A new password, another role or the end of the account ends its sessions.

        Raises ValidationError for a role that cannot be left (accounts/roles.py).
        """
        named: Iterable[str] | None = options.get("update_fields")
        looked_at = ENDS_SESSIONS if named is None else ENDS_SESSIONS & set(named)
        if self._state.adding or not looked_at:
            super().save(*args, **options)
            return
        with transaction.atomic():
            changed = self._changed(looked_at)
            if "password" in changed:
                SocialIdentity.objects.filter(account=self).delete()
            if changed:
                Session.objects.filter(account=self).end(now=timezone.now())
                options |= {} if named is None else {"update_fields": {*named, "sessions_version"}}
            super().save(*args, **options)

    def _changed(self, looked_at: Iterable[str]) -> set[str]:
        """What differs of these from what is stored. Then `sessions_version` rises."""
        stored = Account.objects.select_for_update().filter(pk=self.pk).values(*looked_at, "sessions_version").first()
        changed = set() if stored is None else {name for name in looked_at if stored[name] != getattr(self, name)}
        if stored is None or not changed:
            return changed
        if stored.get("role", self.role) != self.role:
            insist_on_free_role(account_ids=[self.pk], role=stored["role"])
        self.sessions_version = stored["sessions_version"] + 1
        return changed

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django's name: what a session of the admin has to match at each request."""
        standing = f"{self.password}:{self.role}:{self.is_active}:{self.sessions_version}"
        return salted_hmac("accounts.Account.session", standing, secret=secret, algorithm="sha256").hexdigest()
