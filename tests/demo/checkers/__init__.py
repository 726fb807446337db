"""What is claimed about a history. Pure: the same history always gets the same judgement."""
