"""The images that `make images` has built, looked into and run as Compose contains them (`make images-test`)."""
