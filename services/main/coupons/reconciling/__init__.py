"""Whether MySQL, Kafka and Redis tell the same of one drop."""
