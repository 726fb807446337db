"""The API of Toss Payments as it is documented, without money, and with the ways in which it can go wrong."""
