"""A visit of one or more dogs, for one or more treatments each: what it takes, what it costs, and when it can be."""
