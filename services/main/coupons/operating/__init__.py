"""What an operator does to a coupon event, and the audit of it."""
