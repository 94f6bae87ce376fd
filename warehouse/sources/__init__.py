"""What the portals and the catalogue said: runs, snapshots, records and their versions."""
