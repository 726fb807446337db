"""Under /api/v1/."""

from __future__ import annotations

from django.urls import path

from payments.views import ConfirmPaymentView, HeldPaymentView, PaymentsView, PaymentView, ProviderEventsView

urlpatterns = [
    path("holds/<any_case_uuid:hold_id>/payment", HeldPaymentView.as_view()),
    path("payments", PaymentsView.as_view()),
    path("payments/events", ProviderEventsView.as_view()),
    path("payments/<any_case_uuid:payment_id>", PaymentView.as_view()),
    path("payments/<any_case_uuid:payment_id>/confirm", ConfirmPaymentView.as_view()),
]
