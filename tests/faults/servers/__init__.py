"""What the faults happen to: processes that may be killed, and groups of them.

More than a dozen files: each store has its own way to be grouped, cut and killed, and a play takes several of them.
"""
