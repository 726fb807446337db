"""More than a dozen files: one for each subject of accounts, and what several of them share."""
