"""Rooms of a customer and a groomer, and what is said in them."""
