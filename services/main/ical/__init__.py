"""Entries of calendars as other programs read them: RFC 5545, and invitations by RFC 5546."""
