"""Where Redis is, alone or behind Sentinels."""
