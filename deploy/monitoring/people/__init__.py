"""Messages to people: alerts, and that nobody watches any more."""
