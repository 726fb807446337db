"""Where Redis is, alone or behind Sentinels, and the one way to it."""
