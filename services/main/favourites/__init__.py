"""Salons that a customer keeps at hand."""
