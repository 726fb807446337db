"""Keys are exchanged under the running system."""
