"""Portals of web pages, each described by a profile."""
