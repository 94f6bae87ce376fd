"""The list of findings, and the actions on them."""
