"""The command line, the settings and the log of rasoat."""

__version__ = "0.1.0"
