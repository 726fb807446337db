"""What stands on Kafka: topics, the events on each, and how they are read."""
