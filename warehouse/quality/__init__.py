"""What the gates checked, held back and later let through."""
