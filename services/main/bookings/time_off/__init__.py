"""When a groomer takes no bookings though the salon is open."""
