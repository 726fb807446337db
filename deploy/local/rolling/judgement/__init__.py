"""Whether a new release is to be had: its migrations, how it answers where nobody meets it, and how it does at work."""
