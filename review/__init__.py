"""The review site: reads the warehouse, acts through the steps."""
