"""People who can sign in: their credentials, their sessions, and who is an operator."""
