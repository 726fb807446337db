"""Logs and spans on their way from a system to where they can be searched."""
