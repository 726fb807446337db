"""What was done for a click, how long each step took, and in which process (docs/decisions/0031).

Work that enters a process is a *unit* with its *steps*: a request, a frame, a batch of records. Off unless an endpoint
is set, and then it costs a look at one variable.
"""
