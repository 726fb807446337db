"""What customers say of visits that took place, what groomers answer, and what that makes of a salon."""
