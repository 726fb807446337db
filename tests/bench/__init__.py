"""How fast, against what: the rows S1-S4 of the targets, each with its peer measured in the same run."""
