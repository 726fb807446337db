"""Payments for operators: to look at. Money moves by rules and commands only."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from payments.models import Attempt, LedgerEntry, Payment, ProviderEvent, Refund


@admin.register(Payment)
class PaymentAdmin(ReadByOperators):
    list_display = ("begun_at", "customer", "won", "state", "captured_won", "refunded_won", "booking")
    list_filter = ("state",)
    list_select_related = ("customer", "booking")
    search_fields = ("=order_id", "=payment_key", "customer__email")
    ordering = ("-begun_at",)


@admin.register(Refund)
class RefundAdmin(ReadByOperators):
    list_display = ("requested_at", "payment", "won", "reason", "state", "refusal")
    list_filter = ("state", "reason")
    list_select_related = ("payment",)
    search_fields = ("=payment__order_id",)
    ordering = ("-requested_at",)


@admin.register(Attempt)
class AttemptAdmin(ReadByOperators):
    list_display = ("recorded_at", "payment", "refund", "won", "idempotency_key")
    list_select_related = ("payment", "refund")
    search_fields = ("=payment__order_id",)
    ordering = ("-recorded_at",)


@admin.register(ProviderEvent)
class ProviderEventAdmin(ReadByOperators):
    list_display = ("at", "payment", "call", "outcome", "http_status", "code", "status", "balance_won")
    list_filter = ("call", "outcome")
    list_select_related = ("payment",)
    search_fields = ("=payment__order_id",)
    ordering = ("-at",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadByOperators):
    list_display = ("at", "payment", "reason", "debit", "credit", "won")
    list_filter = ("reason",)
    list_select_related = ("payment",)
    search_fields = ("=payment__order_id",)
    ordering = ("-at",)
