"""The waiting line of a coupon drop: tickets, the live line, admission, and the claims that go to main."""
