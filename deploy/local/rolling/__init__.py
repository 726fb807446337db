"""A deploy: from one release to another while everything runs, wave by wave, and back when the new one is bad.

In the order in which to read: `plan.py` says which steps there are, `journal.py` writes down which are done,
`carrying_out.py` does them and turns back, on a world that `local_system.py` and `instances.py` are here; `judgement`
says what is bad. `commands.py` is `make deploy` and `make rollback`, `scaling.py` is `make scale`, and `listing.py` is
`make releases`.
"""
