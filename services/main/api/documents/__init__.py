"""The OpenAPI document: what views say of themselves, and what every one of them may refuse."""
