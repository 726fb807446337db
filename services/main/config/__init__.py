"""How main is put together: its environment, settings, addresses and ASGI application."""
