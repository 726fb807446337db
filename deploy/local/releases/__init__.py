"""Releases: immutable directories, each a checkout of one commit with an environment of its own.

`building.py` makes one, from `commits.py` (its files), `environment.py` (its packages) and `page.py` (the page);
`release.py` is the shelf on which they stand, and which of them each process starts from (`start_assigned.py`).
"""
