"""Photos of people: uploaded to a store by a signed form, looked at, made anew in three sizes, and removed in time."""
