"""Feeds: calendars of one's own bookings at a secret address, for the calendar that a person uses anyway."""
