"""Who joins, waits, looks and publishes while a row is measured."""
