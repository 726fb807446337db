"""Whose an e-mail address is: confirming it, and changing it for another."""
