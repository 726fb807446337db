"""E-mail, password and device: the one form of each, and how often they may be tried."""
