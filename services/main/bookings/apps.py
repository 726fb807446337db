from django.apps import AppConfig


class BookingsConfig(AppConfig):
    name = "bookings"
    due_acts = {
        "booking-reminder-day": "bookings.reminders.services.remind_a_day_before",
        "waitlist-closes": "bookings.waitlist.services.close_entry",
        "waitlist-forgotten": "bookings.waitlist.services.forget_entry",
        "hold-ends": "bookings.holds.services.expire_hold",
        "hold-forgotten": "bookings.holds.services.forget_hold",
        "longer-hold-ends": "bookings.holds.services.expire_hold",
        "booking-reminder-hours": "bookings.reminders.services.remind_two_hours_before",
    }
    knows_next_free = "bookings.next_free.queries.next_free_of"
    keeps_next_free = "bookings.next_free.keeping.keep"
    quick_sweeps = ("bookings.next_free.keeping.sweep",)
    sweeps = ("bookings.next_free.keeping.keep_missing",)
    records_missing_acts = ("bookings.reminders.services.record_missing_reminders",)
    forgets_accounts = ("bookings.leaving.forget_holds",)
    keeps_accounts = ("bookings.leaving.insist_on_none_ahead",)

    def ready(self) -> None:
        from bookings.next_free.marking import connect

        connect(self)
