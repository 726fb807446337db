"""Tokens and cookies of a sign-in, and its end, which every process hears of."""
