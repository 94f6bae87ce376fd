"""The kinds of portal, each read into the same records."""
