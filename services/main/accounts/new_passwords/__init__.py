"""Another password: by whoever knows the present one, and by whoever gets a link by mail."""
