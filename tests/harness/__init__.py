"""Clients that speak docs/api.md and nothing else: the demo, the end-to-end tests and the load tests use them."""
