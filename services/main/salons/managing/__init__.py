"""A salon in the hands of its owner: one of its groomers, whom an operator has made so (`Groomer.owns_salon`)."""
