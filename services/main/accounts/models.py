"""People who can sign in."""

from __future__ import annotations

from typing import Any, ClassVar

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
