"""Requests as portals bear them, and answers judged before they are believed."""
