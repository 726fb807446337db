"""Deleting one's account: the person is gone, what others and the law need stays, and points to nobody."""
