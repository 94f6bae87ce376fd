"""Decisions followed until the province has announced them."""
