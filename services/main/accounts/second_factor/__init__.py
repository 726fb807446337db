"""What operators show besides their password: a code of an app, or one that was written down."""
