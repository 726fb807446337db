"""The short F9: queues come and go, and releases are rolled out on a system that runs. `make test ONLY=rollouts`."""
