"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from salons.views import RegionsView, SalonsView, SalonView

urlpatterns = [
    path("regions", RegionsView.as_view()),
    path("salons", SalonsView.as_view()),
    path("salons/<id:salon_id>", SalonView.as_view()),
]
