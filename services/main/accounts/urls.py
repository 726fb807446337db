"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from accounts.views import AccountsView, MeView, RefreshView, SessionsView

urlpatterns = [
    path("accounts", AccountsView.as_view()),
    path("accounts/me", MeView.as_view()),
    path("sessions", SessionsView.as_view()),
    path("sessions/refresh", RefreshView.as_view()),
]
