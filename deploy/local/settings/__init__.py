"""What the local runner is told, and what it tells the processes: ports, addresses, secrets, environment."""
