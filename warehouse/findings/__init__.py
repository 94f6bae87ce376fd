"""Discrepancies from the night that saw them to the person who closed them."""
