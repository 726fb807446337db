"""`manage.py seed --salons N`: a believable Korea of any size, the same every time."""
