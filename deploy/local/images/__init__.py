"""Our images, built here of one commit by a Docker that lives as long as the command (docs/images.md)."""
