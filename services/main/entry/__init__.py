"""Where main begins: its addresses, its ASGI application, and `manage.py serve`."""
