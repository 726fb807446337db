"""More than a dozen files: one for each subject of signing in through a provider, and what several of them share."""
