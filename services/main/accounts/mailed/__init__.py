"""What accounts write to people: the mails that wait, the links in them, and their words."""
