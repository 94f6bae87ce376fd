"""Storage of what the gates checked, held back and later released."""
