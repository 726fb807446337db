"""Running the system: on a bare machine (local), behind nginx, on Kafka, and the one table of its processes."""
