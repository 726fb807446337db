"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from salons.search.views import SalonsView, SuggestionsView
from salons.views import RegionsView, SalonView

urlpatterns = [
    path("regions", RegionsView.as_view()),
    path("salons", SalonsView.as_view()),
    path("salons/suggestions", SuggestionsView.as_view()),
    path("salons/<id:salon_id>", SalonView.as_view()),
]
