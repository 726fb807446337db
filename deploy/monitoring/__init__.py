"""What watches the system, apart from it: what is alarming, what an operator looks at, and who is written to."""
