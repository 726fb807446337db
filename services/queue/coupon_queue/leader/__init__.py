"""The jobs of the one leader: what moves each line on, from its first number to its last answer."""
