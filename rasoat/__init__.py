"""The command line of rasoat."""

from procedures.program import VERSION

__version__ = VERSION
