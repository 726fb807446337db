"""How a process of ours runs: reading and writing Kafka, and telling others that it is well. No word of the domain."""
