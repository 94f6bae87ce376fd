"""The morning page, runs, and snapshots that are held."""
