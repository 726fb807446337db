"""Salons, groomers, treatments, and the hours in which they work."""
