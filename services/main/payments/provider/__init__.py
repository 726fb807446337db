"""Whoever takes the money: one port, and Toss Payments behind it."""
