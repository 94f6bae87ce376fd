"""Announcements: which decisions require one of the province, and by when."""
