"""The programs of one profile, started in order, watched, and ended together.

More than a dozen files: the folder is what one run consists of, and each file is one thing of it.
"""
