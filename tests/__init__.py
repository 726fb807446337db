"""What is proven about the whole system: architecture rules, the demo, end to end, faults, load."""
