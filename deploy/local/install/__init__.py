"""What is missing on this machine, installed step by step."""
