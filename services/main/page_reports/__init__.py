"""What the page in a browser reports of itself: how fast it was, and whether its scripts failed."""
