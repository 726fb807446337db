"""Waiting for a slot of a full day: what is freed is offered to the first whom it fits, held for some minutes."""
