"""What becomes of a booking: who may end it, when, and in which state it is then."""
