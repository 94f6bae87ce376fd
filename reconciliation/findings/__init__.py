"""Where the three sides contradict one another or themselves."""
