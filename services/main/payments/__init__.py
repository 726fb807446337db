"""Paying ahead: what a customer owes for a held slot, what the provider did, what went back, and where the money is."""
