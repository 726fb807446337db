"""The line itself: what a person may do, tickets, and which events there are."""
