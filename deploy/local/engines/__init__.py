"""The servers of the system that can come from more than one place.

Every engine is one small module that answers the same three questions: can it be had here (`refusal`), how is it
installed (`steps`), how is it started (`programs`). The first of a list that can be had is taken; `LITE=1` takes the
last. To add one, write its module and put it into the list of its kind in `choice.py`.
"""
