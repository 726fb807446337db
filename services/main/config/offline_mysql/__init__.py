"""MySQL's SQL without a server, for tools that read what migrations would run."""
