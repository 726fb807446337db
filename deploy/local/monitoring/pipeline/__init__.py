"""The collector, VictoriaLogs and Jaeger: built once from their sources, and started beside Prometheus."""
