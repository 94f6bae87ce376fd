"""Answers kept as they came, to read again."""
