"""The program's own name for itself."""

from typing import Final

VERSION: Final = "1.0.0"
"""As in `pyproject.toml`; a test holds the two together."""
