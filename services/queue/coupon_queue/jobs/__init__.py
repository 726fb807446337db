"""What runs beside the requests. Every instance: event_catalog, wire, presence. The one leader: everything else."""
