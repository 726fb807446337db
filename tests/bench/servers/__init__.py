"""The same application on each ASGI server, to choose one by (docs/decisions/0013). Not a row of `make bench`."""
