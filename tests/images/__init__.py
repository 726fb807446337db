"""The images that `make images` has built, looked into (`make images-test`)."""
