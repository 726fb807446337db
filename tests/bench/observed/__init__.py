"""S10's two sides: a process with its logs, traces and metrics, and the same one without."""
