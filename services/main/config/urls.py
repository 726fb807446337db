"""Every address of main. Apps own what comes after /api/v1/."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("edge.urls")),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("salons.urls")),
    path("api/v1/", include("bookings.urls")),
    path("api/v1/", include("coupons.urls")),
    path("api/v1/", include("chat.urls")),
    path("api/v1/", include("notifications.urls")),
]

handler400 = "edge.problems.bad_request"
handler403 = "edge.problems.permission_denied"
handler404 = "edge.problems.page_not_found"
handler500 = "edge.problems.server_error"
