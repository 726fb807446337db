"""Which accounts sign in from one network or one device: for operators who judge a drop (decision 0036)."""
