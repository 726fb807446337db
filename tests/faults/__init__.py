"""Faults on purpose: real processes are killed, stopped and misled during a drop, and a checker says what was lost."""
