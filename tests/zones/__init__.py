"""The short F11: two zones from nothing, one lost while everything goes on, and back. `make test ONLY=zones`."""
