"""What a treatment costs for one dog: the salon's price for its size, and the salon's rules."""
