"""When each salon has time next: kept for the search, and worked out where what is kept is no longer so."""
