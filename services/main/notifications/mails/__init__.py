"""What leaves by mail: about bookings, and about accounts. Each is tried once."""
