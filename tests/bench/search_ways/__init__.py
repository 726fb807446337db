"""Three ways to find parts of Korean words in MySQL and MariaDB, measured beside each other (decision 0032)."""
