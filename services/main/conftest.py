"""What tests of every app share. They run on the real MySQL, Redis, Kafka and MongoDB that the environment names."""
