"""What more than one service keeps or reads in Redis and MongoDB."""
