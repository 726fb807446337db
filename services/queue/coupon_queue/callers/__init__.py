"""Who asks, and whether their session still lasts."""
