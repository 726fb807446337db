"""Coupon events, and the coupons that came of them."""
