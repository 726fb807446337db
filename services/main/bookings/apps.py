from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    keeps_accounts = ("bookings.leaving.insist_on_none_ahead",)
