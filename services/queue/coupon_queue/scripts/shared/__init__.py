"""What scripts stand on: the prelude, the names of keys, the call itself."""
