"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from prices.views import OwnPriceRulesView, PricesView

urlpatterns = [
    path("salons/<id:salon_id>/prices", PricesView.as_view()),
    path("salons/mine/price-rules", OwnPriceRulesView.as_view()),
]
