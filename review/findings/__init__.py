"""Lists of discrepancies and what is done with them."""
