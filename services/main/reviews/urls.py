"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from reviews.views import BookingReviewView, ReplyView, ReportView, ReviewsView, ReviewView, SalonReviewsView

urlpatterns = [
    path("salons/<id:salon_id>/reviews", SalonReviewsView.as_view()),
    path("bookings/<any_case_uuid:booking_id>/review", BookingReviewView.as_view()),
    path("reviews", ReviewsView.as_view()),
    path("reviews/<any_case_uuid:review_id>", ReviewView.as_view()),
    path("reviews/<any_case_uuid:review_id>/reply", ReplyView.as_view()),
    path("reviews/<any_case_uuid:review_id>/report", ReportView.as_view()),
]
