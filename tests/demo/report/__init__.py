"""What the demo leaves behind: a page for people, a document for machines."""
