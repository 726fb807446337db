"""What Prometheus, Alertmanager and the prober read, wherever they run."""
