"""The process that serves: threads, readiness, the way of a request before Django sees it.

More than a dozen files: each is one thing that every request or the whole process depends on.
"""
