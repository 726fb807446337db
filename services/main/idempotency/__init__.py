"""A request that was sent twice because its answer was lost is carried out once."""
