"""Signs of life, and what follows when they stop."""
