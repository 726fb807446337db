"""A deploy: from one release to another while everything runs, wave by wave, and back when the new one is bad."""
