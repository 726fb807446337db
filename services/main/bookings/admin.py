"""Bookings for operators: to look at. They change through the endpoints only, so that nobody is left untold."""

from __future__ import annotations

from django.contrib import admin

from accounts.operators.pages import ReadByOperators
from bookings.models import Booking, TimeOff


@admin.register(Booking)
class BookingAdmin(ReadByOperators):
    list_display = ("starts_at", "groomer", "customer", "treatment", "status")
    list_filter = ("status",)
    list_select_related = ("groomer__salon", "customer", "treatment")
    search_fields = ("customer__email", "groomer__name")
    ordering = ("-starts_at",)


@admin.register(TimeOff)
class TimeOffAdmin(ReadByOperators):
    list_display = ("starts_at", "ends_at", "groomer", "note")
    list_select_related = ("groomer__salon",)
    search_fields = ("groomer__name",)
    ordering = ("-starts_at",)
