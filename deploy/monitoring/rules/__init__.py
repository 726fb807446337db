"""What is promised and what is alarming, as Prometheus reads it."""
