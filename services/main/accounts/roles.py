"""What stands in an account's role: while it does, the role stays. Who does two things has two accounts."""

from __future__ import annotations

from collections.abc import Collection

from django.apps import apps
from django.core.exceptions import ValidationError

# By role: the models and columns in which an account stands as one of that role. A test knows all columns there are.
ROWS_OF_ROLE: dict[str, tuple[tuple[str, str], ...]] = {
    "customer": (
        ("bookings.Booking", "customer"),
        ("bookings.Hold", "customer"),
        ("bookings.WaitlistEntry", "customer"),
        ("chat.Room", "customer"),
        ("coupons.Coupon", "customer"),
        ("dogs.Dog", "owner"),
        ("favourites.Favourite", "customer"),
        ("payments.Payment", "customer"),
    ),
    "groomer": (("salons.Groomer", "account"),),
    "operator": (("coupons.CouponEvent", "created_by"), ("coupons.AuditEntry", "operator")),
}


def insist_on_free_role(*, account_ids: Collection[int], role: str) -> None:
    """Before these accounts leave this role; the caller holds their rows. Raises ValidationError."""
    bound = [
        str(model._meta.verbose_name_plural)  # noqa: SLF001  # Django's public name
        for model, column in ((apps.get_model(name), column) for name, column in ROWS_OF_ROLE.get(role, ()))
        if model._base_manager.filter(**{f"{column}__in": account_ids}).exists()  # noqa: SLF001
    ]
    if bound:
        message = f"이 역할로 남긴 기록이 있어 바꿀 수 없어요: {', '.join(bound)}. 새 계정을 만들어 주세요"
        raise ValidationError({"role": ValidationError(message, code="role-is-bound")})
