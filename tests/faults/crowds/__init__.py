"""Who uses the system while it suffers, and what they say and hear."""
