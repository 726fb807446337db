"""What salons are found by: folded text, terms and prices, and how they stay in step with the salons."""
