"""What tests of several services throw at their consumers. Nothing that runs in production imports it."""
