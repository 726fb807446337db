"""The frames that a client may send. A new one: a module of its subject, and a line in the table of `reading.py`."""
