"""Taking in main's answers to claims."""
