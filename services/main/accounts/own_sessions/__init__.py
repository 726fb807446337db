"""Where one is signed in: the list, and ending one of them or all others."""
