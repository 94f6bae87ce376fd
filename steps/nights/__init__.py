"""A night as a whole: its order, its end, its summary and its page."""
