"""Logs and traces through the real collector, VictoriaLogs and Jaeger (`make monitoring-test`)."""
