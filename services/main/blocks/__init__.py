"""Who wants nothing more to do with whom."""
