"""Two releases side by side, as while one takes the place of the other."""
