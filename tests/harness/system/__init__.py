"""The running system from behind: its rows and keys, its commands, and whether it is up."""
