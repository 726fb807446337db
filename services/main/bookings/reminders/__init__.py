"""Reminding a customer of a booking, a day and two hours before it."""
