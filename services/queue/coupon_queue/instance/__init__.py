"""The jobs of every instance."""
