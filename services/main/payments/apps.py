from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "payments"
    verbose_name = "결제"
    due_questions = {
        "settle-payment": "payments.paying.due.settle_due",
        "settle-refund": "payments.refunds.due.settle_due",
    }
    due_gauges = ("payments.metrics.GAUGES",)
    records_missing_acts = ("payments.refunds.of_bookings.record_missing_refunds",)
    after_cancelling = ("payments.refunds.of_bookings.refund_cancelled",)
    keeps_accounts = ("payments.leaving.insist_on_none_open",)
