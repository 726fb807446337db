"""docker-compose.monitoring.yml: the same monitoring from official images, in a project of its own."""
