"""How a lottery is drawn: who takes part, as pages on Kafka, and the order that main's seed gives."""
