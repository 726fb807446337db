"""A drop with simulated customers that issues nothing: `make rehearse`."""
