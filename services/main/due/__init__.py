"""What is to be done at a moment to come: written as a row with the change that makes it due, and done once."""
