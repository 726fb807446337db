"""The monitoring beside a system under test, with a Discord that keeps what it is sent."""
