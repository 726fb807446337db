"""Every number that a process of ours says of itself, once: its name, its kind, its labels and what it means."""
