"""A person's place: taken, kept, read and left."""
