"""Sheets, registers, figures, papers and accounts of the department."""
