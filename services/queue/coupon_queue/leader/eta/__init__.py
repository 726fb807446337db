"""How well the line foretells a turn, and how wide its band has to be for that."""
