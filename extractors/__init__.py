"""Readers of published lists: one module for each kind of source, and what they share."""
