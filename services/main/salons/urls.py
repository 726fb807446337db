"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from salons.managing.views import OwnSalonView, OwnTimesView, OwnTreatmentsView
from salons.search.views import SalonsView, SuggestionsView
from salons.views import RegionsView, SalonView

urlpatterns = [
    path("regions", RegionsView.as_view()),
    path("salons", SalonsView.as_view()),
    path("salons/suggestions", SuggestionsView.as_view()),
    path("salons/mine", OwnSalonView.as_view()),
    path("salons/mine/times", OwnTimesView.as_view()),
    path("salons/mine/treatments", OwnTreatmentsView.as_view()),
    path("salons/<id:salon_id>", SalonView.as_view()),
]
