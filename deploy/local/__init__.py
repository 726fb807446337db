"""The local system without Docker: what is missing is installed, then everything is started and watched."""
