"""What only two zones have: the balancer before them, and the commands that take parts down and look at the rest."""
