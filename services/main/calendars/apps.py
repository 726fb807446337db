from django.apps import AppConfig


class CalendarsConfig(AppConfig):
    name = "calendars"
    forgets_accounts = ("calendars.leaving.forget_feeds",)
    ends_ways_in = ("calendars.leaving.forget_feeds",)
