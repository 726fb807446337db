"""What the tests of chat share: running instances, their clients, and a log that is a list."""
