"""The same visit again: what a booking was of, as it is today, and when it can be."""
