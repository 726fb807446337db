from django.apps import AppConfig


class IdempotencyConfig(AppConfig):
    name = "idempotency"
    forgets_accounts = ("idempotency.leaving.forget_keys",)
