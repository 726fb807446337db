"""Who asks, on whose behalf, from where, and how often."""
