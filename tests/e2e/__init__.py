"""The running system, through nginx: SALON_BASE_URL (or SALON_URL) says where, `make test` starts it."""
