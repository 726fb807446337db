"""The dogs of customers, and the breeds there are."""
