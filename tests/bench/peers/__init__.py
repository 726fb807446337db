"""What ours is measured against: nginx with Nchan, bare transports, a bare route, a bare batch insert."""
