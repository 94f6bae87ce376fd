"""The review site, which reads the warehouse and acts through the steps."""
