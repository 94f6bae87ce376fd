"""Words and tables of a PDF, from where its signs stand."""
