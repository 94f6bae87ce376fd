"""Which decisions ask the province for an announcement, and by when."""
