"""What the tests of the line share: programs around it, main as the line sees it, and customers."""
