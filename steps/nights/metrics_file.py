"""The file of figures that a monitoring system collects."""

from __future__ import annotations

import secrets
from contextlib import suppress

from procedures.errors import WarehouseError
from settings.configuration import Configuration
from steps.log import log


def write_textfile(configuration: Configuration) -> None:
    """Write the figures into the file that the settings name, if any, in one step; a failure is only logged.

    A collector that reads meanwhile sees the old file or the new one, never a part.
    """
    file = configuration.monitoring.textfile
    if file is None:
        return
    from steps.nights.metrics import metrics  # only an office with such a file needs what makes the figures

    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        content = metrics(configuration)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        draft.chmod(0o644)
        draft.replace(file)
    except (OSError, WarehouseError) as error:
        with suppress(OSError):
            draft.unlink()
        log.warning("không ghi được tệp số liệu giám sát", file=str(file), reason=str(error))
