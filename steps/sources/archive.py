"""The raw archive of this installation."""

from __future__ import annotations

from extractors.archive.object_store import open_store
from extractors.archive.raw_archive import Archive
from settings.configuration import Configuration


def archive_of(configuration: Configuration) -> Archive:
    """Return the raw archive of this installation.

    Raises:
        SettingsError: it lies on object storage whose library is not installed.
    """
    return Archive(open_store(configuration.archive, configuration.archive_url))
