"""People who can sign in."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models


class AccountManager(BaseUserManager["Account"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Account:
        account = self.model(email=self.normalize_email(email).lower(), **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Account:
        """For Django's createsuperuser: an operator who may do everything in the admin."""
        return self.create_user(
            email, password, **{"role": Account.Role.OPERATOR, "is_staff": True, "is_superuser": True, **fields}
        )


class Account(AbstractBaseUser, PermissionsMixin):
    class Role(models.TextChoices):
        CUSTOMER = "customer", "보호자"
        GROOMER = "groomer", "미용사"
        OPERATOR = "operator", "운영자"

    email = models.EmailField("이메일", unique=True)
    name = models.CharField("이름", max_length=50)
    role = models.CharField("역할", max_length=10, choices=Role.choices, default=Role.CUSTOMER)
    is_active = models.BooleanField("사용 중", default=True)
    is_staff = models.BooleanField("관리자 화면 사용", default=False)
    created_at = models.DateTimeField("가입 시각", auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = "계정"
        verbose_name_plural = "계정"

    def __str__(self) -> str:
        return f"{self.name} ({self.email})"


class Session(models.Model):
    """A sign-in on one device: the family of refresh tokens that began with it."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField("시작")
    ended_at = models.DateTimeField("끝", null=True, blank=True)

    class Meta:
        verbose_name = "로그인"
        verbose_name_plural = "로그인"

    def __str__(self) -> str:
        return str(self.id)


class RefreshToken(models.Model):
    """One link of the chain. Only its digest is kept, so that a stolen table signs nobody in."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.session_id} until {self.expires_at:%F}"
