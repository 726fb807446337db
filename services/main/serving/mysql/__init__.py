"""Django's MySQL backend, for one server or for a group of them: it finds the primary, and a secondary to read from."""
