"""From a held slot to a booking that is paid for: begun, confirmed, and settled by asking."""
