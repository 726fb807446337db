"""The process that serves: threads, readiness, the way of a request before Django sees it."""
