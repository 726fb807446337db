"""Every address of main. Apps own what comes after /api/v1/."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from api.documents import openapi  # noqa: F401  # what it says of all views registers itself

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("api.urls")),
    path("api/v1/", include("accounts.urls")),
    path("api/v1/", include("photos.urls")),
    path("api/v1/", include("salons.urls")),
    path("api/v1/", include("dogs.urls")),
    path("api/v1/", include("favourites.urls")),
    path("api/v1/", include("blocks.urls")),
    path("api/v1/", include("prices.urls")),
    path("api/v1/", include("bookings.urls")),
    path("api/v1/", include("reviews.urls")),
    path("api/v1/", include("calendars.urls")),
    path("api/v1/", include("payments.urls")),
    path("api/v1/", include("coupons.urls")),
    path("api/v1/", include("chat.urls")),
    path("api/v1/", include("notifications.urls")),
    path("api/v1/", include("page_reports.urls")),
]

handler400 = "api.problems.bad_request"
handler403 = "api.problems.permission_denied"
handler404 = "api.problems.page_not_found"
handler500 = "api.problems.server_error"
