"""One line as its operator sees it."""
