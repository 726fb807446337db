"""What tests of several apps share: a reader that a test steps, a connection that a test holds or cuts."""
