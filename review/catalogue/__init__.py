"""The department's own list on the site."""
