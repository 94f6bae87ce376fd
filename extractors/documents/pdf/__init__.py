"""Words and tables of a PDF, from the positions of its characters."""
