"""The numbers of a lottery."""
