"""How a claim becomes a coupon."""
