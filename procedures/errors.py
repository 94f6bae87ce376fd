"""The exceptions that rasoat raises on purpose, with messages for people.

RasoatError                 exit 1: a run or a command failed
├── InputError              exit 2: wrong use or bad input; names the file, row, column or setting
│   ├── SettingsError       a setting of rasoat.toml or of the environment
│   ├── WorkbookError       a workbook that cannot be read as a catalogue
│   ├── DocumentError       a Word or PDF document that cannot be read as a decision
│   └── UnknownThingError   a run, snapshot, finding or decision that does not exist
├── LockedError             exit 4: another run holds the lock
├── ConflictError           somebody else changed the same thing in the meantime
├── WarehouseError          the database is away, damaged, of a newer version, or refuses a statement
├── ArchiveError            stored bytes are missing or do not hash to their name
│   └── ArchiveAwayError    the object storage of the archive is away, or refuses us
└── SourceError             ends one source, never the night
    ├── SourceBlocked       the portal refused us (challenge, refusal, stub)
    │   └── SourceRefused   it refused itself: it is not asked for a while
    ├── SourceUnfinished    the time in which it may be asked ended first
    └── SourceFailed        the portal is away, or speaks another shape than its contract

A message is one line that names the thing and says what to do about it. Three more are defined
where they are raised: `SignInNeededError` and `NotAllowedError` with the site's access checks,
`TooManyTriesError` with its log-ins. What is caught where it is raised is not part of the tree.
"""


class RasoatError(Exception):
    """Root of the tree; `exit_code` is what the command line ends with."""

    exit_code = 1


class InputError(RasoatError):
    """Wrong use or bad input; `fields` are the wrong parts, which each interface names in its own way."""

    exit_code = 2

    def __init__(self, message: str, *fields: str) -> None:
        super().__init__(message)
        self.fields = fields


class SettingsError(InputError):
    """A setting is missing, misspelt or out of range."""


class WorkbookError(InputError):
    """A workbook cannot be read as a catalogue."""


class DocumentError(InputError):
    """A Word or PDF document cannot be read as a decision."""


class NotFoundError(InputError):
    """Something that was named does not exist."""


class LockedError(RasoatError):
    """Another run holds the lock."""

    exit_code = 4


class ConflictError(RasoatError):
    """Somebody else changed the same thing after it was read; nothing was written."""


class WarehouseError(RasoatError):
    """The database cannot be used, or refuses a statement."""


class ArchiveError(RasoatError):
    """Archived bytes are missing or damaged."""


class ArchiveAwayError(ArchiveError):
    """The archive's object storage does not answer or refuses; whether bytes are there is not known."""


class SourceError(RasoatError):
    """A source cannot be read any further tonight."""


class SourceBlocked(SourceError):  # noqa: N818 - says the snapshot's state
    """The portal answered with a challenge, a refusal or a stub."""


class SourceRefused(SourceBlocked):
    """The portal refused itself; `wait` are the seconds for which it asked for a pause, if any."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class SourceUnfinished(SourceError):  # noqa: N818 - says what happened
    """The hours in which the portal may be asked ended before everything was read."""


class SourceFailed(SourceError):  # noqa: N818 - says the snapshot's state
    """The portal is away, or its answers no longer have the contract's shape."""
