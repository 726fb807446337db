"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from calendars.views import CalendarFeedsView, CalendarFeedView, CalendarView

urlpatterns = [
    path("calendar-feeds", CalendarFeedsView.as_view()),
    path("calendar-feeds/<any_case_uuid:feed_id>", CalendarFeedView.as_view()),
    path("calendar.ics", CalendarView.as_view()),
]
