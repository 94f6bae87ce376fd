"""What people do with discrepancies."""
