"""`make monitoring`: what watches a system, in a place of its own, which the system does not need for anything."""
