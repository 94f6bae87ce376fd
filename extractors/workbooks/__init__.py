"""Workbooks of people and of portals."""
