"""A slot that is kept for a customer while they pay: for some minutes, over a reload, and then free by itself."""
