"""Words and tables of a Word document."""
