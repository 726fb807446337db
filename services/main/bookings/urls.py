"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from bookings.views import BookingsView, BookingView, CancelBookingView, SlotsView

urlpatterns = [
    path("groomers/<id:groomer_id>/slots", SlotsView.as_view()),
    path("bookings", BookingsView.as_view()),
    path("bookings/<any_case_uuid:booking_id>", BookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/cancel", CancelBookingView.as_view()),
]
