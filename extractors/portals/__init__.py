"""The readers of each kind of portal, all returning the same records."""
