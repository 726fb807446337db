"""Reading and writing Kafka, in one way for every process."""
