"""One module for each row of the targets: what is measured, on both sides."""
