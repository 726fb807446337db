"""Releases: immutable directories, each a checkout of one commit with an environment of its own."""
