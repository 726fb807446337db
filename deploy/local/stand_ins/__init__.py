"""Programs that stand in for somebody else's servers, on one's own machine and in tests."""
