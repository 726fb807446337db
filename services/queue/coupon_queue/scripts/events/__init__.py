"""What the operator decided, and what everybody may know of a line."""
