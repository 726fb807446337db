"""What is taken in: bodies, queries and texts, each in one spelling."""
