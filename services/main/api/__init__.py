"""The conventions of main's HTTP: problems, languages, paging, limits, caching, tracing."""
