"""What the services promise each other: events, topics, shared Redis names, the failure shape, the log shape.

This package is the only code that services share. It knows no framework, no broker client and no database.
"""
