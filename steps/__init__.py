"""What can be done: the steps of a night and of an import, called by flows, command line and site.

A step takes the configuration and ids, never records, and gives an id back.
"""
