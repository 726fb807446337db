"""Who uses the system while it suffers, and what they send and receive."""
