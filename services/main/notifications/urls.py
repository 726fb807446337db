from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from notifications.views import MyNotificationsView, ReadNotificationsView

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications", MyNotificationsView.as_view()),
    path("notifications/read", ReadNotificationsView.as_view()),
]
