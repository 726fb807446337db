"""What a process of ours is told, where each setting came from, and what may not be."""
