"""A night as a whole: the order of its steps, how it ends, its summary and its page."""
