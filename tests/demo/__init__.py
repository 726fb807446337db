"""`make demo`: a drop, a chat and a booking race on a running system, recorded, judged and shown.

scenarios/ act from outside, through nginx, and give a *history*; checkers/ are pure functions that judge a history into
*statements*; report/ shows both. `tests/` doctors histories and sees every statement fail.
"""
