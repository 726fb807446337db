"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from bookings.holds.views import HeldBookingView, HoldsView, HoldView
from bookings.lifecycle.views import CancelBookingView, CompleteBookingView, NoShowView
from bookings.moving.views import RescheduleBookingView
from bookings.rebooking.views import RebookingView
from bookings.time_off.views import TimeOffView, TimesOffView
from bookings.views import BlockOtherView, BookingsView, BookingView, SlotsView
from bookings.visits.views import SalonSlotsView
from bookings.waitlist.views import WaitlistEntryView, WaitlistView

urlpatterns = [
    path("groomers/<id:groomer_id>/slots", SlotsView.as_view()),
    path("salons/<id:salon_id>/slots", SalonSlotsView.as_view()),
    path("groomers/me/time-off", TimesOffView.as_view()),
    path("groomers/me/time-off/<any_case_uuid:time_off_id>", TimeOffView.as_view()),
    path("holds", HoldsView.as_view()),
    path("holds/<any_case_uuid:hold_id>", HoldView.as_view()),
    path("holds/<any_case_uuid:hold_id>/booking", HeldBookingView.as_view()),
    path("waitlist", WaitlistView.as_view()),
    path("waitlist/<any_case_uuid:entry_id>", WaitlistEntryView.as_view()),
    path("bookings", BookingsView.as_view()),
    path("bookings/<any_case_uuid:booking_id>", BookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/rebooking", RebookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/reschedule", RescheduleBookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/cancel", CancelBookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/complete", CompleteBookingView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/no-show", NoShowView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/block", BlockOtherView.as_view()),
]
