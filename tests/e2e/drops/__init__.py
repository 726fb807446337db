"""Drops that are rehearsed, and drops that ask who somebody is."""
