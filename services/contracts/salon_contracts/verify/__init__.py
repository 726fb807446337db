"""What anybody can check by themselves, with Python and nothing else."""
