"""Sheets, figures, registers and rules on the site."""
