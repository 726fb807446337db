"""This process's view of the log's end, and the sockets that listen."""
