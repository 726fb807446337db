"""A look at Kafka from outside: its copies, and how far each group is behind."""
