"""Storage of what the portals and the catalogue publish: runs, snapshots, records and their versions."""
