"""A stranger's bytes become a photo of ours, or a reason why not, in a process that has nothing to lose."""
