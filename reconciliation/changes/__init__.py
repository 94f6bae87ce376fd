"""What changed from one night to the next."""
