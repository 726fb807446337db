"""What was measured, as numbers and as a page."""
