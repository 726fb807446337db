"""The admin: who gets in, and what its pages let them do."""
