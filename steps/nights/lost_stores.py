"""The loss of the archive or of the database, told by what the other one still holds.

The archive notes the database that refers to it by that database's first run; the database refers to archived
bytes by their hashes. A run never begins on a database that is empty, or another one, beside an archive of
nights: it would take everything for new. A lost archive stops nothing, and is named until its bytes are back
or given up.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import Connection

from extractors.archive.ownership import (
    Owner,
    missing_bytes,
    missing_recordings,
    read_owner,
    recorded_snapshots,
    write_owner,
)
from procedures.errors import ArchiveAwayError, ArchiveError, WarehouseError
from procedures.wording.words import count
from settings.configuration import Configuration
from steps.log import log
from steps.sources.archive import archive_of
from warehouse.db.engine import name_of
from warehouse.db.evidence_in_use import evidence_hashes, loaded_snapshots, sampled_evidence
from warehouse.sources import runs
from warehouse.sources.runs import RunRow

SAMPLED_ROWS = 25
"""Rows at each end of a table whose evidence a page looks up: a few hundred files at most."""


class Lost(StrEnum):
    """What is lost; `OTHER_DATABASE`: the archive belongs to another database than the one in use; `AWAY`:
    the archive's object storage does not answer, so that nothing is known.
    """

    DATABASE = "database"
    OTHER_DATABASE = "other_database"
    ARCHIVE = "archive"
    AWAY = "archive_away"


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss, in words for whoever operates the machine: what, the consequence, what to do."""

    what: Lost
    text: str


def find_losses(configuration: Configuration, connection: Connection, *, whole: bool = False) -> list[Loss]:
    """Return what is lost; nothing where archive and database belong together.

    `whole`: every archived answer that the database refers to is looked up, not a sample of them.
    """
    try:
        return _find_losses(configuration, connection, whole=whole)
    except ArchiveAwayError as error:
        return [away(error)]


def away(error: ArchiveAwayError) -> Loss:
    """Return the notice of object storage that does not answer."""
    return Loss(
        Lost.AWAY,
        f"{error}. Chưa có gì mất; chừng nào kho lưu chưa trả lời thì không chạy được đêm nào và không mở "
        "được căn cứ. Xem lại đường mạng, archive.url và các biến AWS_*, rồi chạy: rasoat doctor",
    )


def _find_losses(configuration: Configuration, connection: Connection, *, whole: bool) -> list[Loss]:
    database = lost_database(configuration, runs.first_run(connection), name_of(connection.engine))
    if database is not None:
        return [database]
    archive = archive_of(configuration)
    hashes = evidence_hashes(connection) if whole else sampled_evidence(connection, SAMPLED_ROWS)
    missing = missing_bytes(archive, hashes)
    nights = missing_recordings(archive, loaded_snapshots(connection))
    if not missing and not nights:
        return []
    parts = []
    if missing:
        sampled = "" if whole else " được kiểm mẫu"
        parts.append(f"{count(len(missing))} trong {count(len(hashes))} bản gốc{sampled} đang làm căn cứ")
    if nights:
        parts.append(f"bản ghi đọc cổng của {count(len(nights))} lần lấy dữ liệu")
    return [_lost_archive(configuration, " và ".join(parts))]


def lost_database(configuration: Configuration, first: RunRow | None, name: str) -> Loss | None:
    """Return the loss of the archive's database; `first` is the first run of the database `name` in use."""
    archive = archive_of(configuration)
    owner = read_owner(archive)
    if first is None:
        nights = len(recorded_snapshots(archive))
        return _empty_database(configuration, name, nights) if owner is not None or nights else None
    if owner is not None and owner != _owner(first):
        return _other_database(configuration, name, owner, first)
    return None


def refuse_lost_database(configuration: Configuration, connection: Connection) -> None:
    """Refuse a run on another database than the one that the archive belongs to.

    Raises:
        WarehouseError: it would begin anew beside the nights that there were.
        ArchiveAwayError: the archive does not answer, so that a run could keep nothing.
    """
    loss = lost_database(configuration, runs.first_run(connection), name_of(connection.engine))
    if loss is not None:
        raise WarehouseError(loss.text)


def note_database(configuration: Configuration, connection: Connection) -> None:
    """Note in the archive which database refers to it, once there is a run; a full disk fails no run."""
    archive, first = archive_of(configuration), runs.first_run(connection)
    try:
        if first is not None and read_owner(archive) is None:
            write_owner(archive, _owner(first))
    except ArchiveError as error:
        log.warning("chưa ghi được kho lưu thuộc cơ sở dữ liệu nào", reason=str(error))


def _owner(first: RunRow) -> Owner:
    return Owner(
        kind=first.kind, as_of=first.as_of, started_at=first.started_at, purpose=first.origin.word or None
    )


def _empty_database(configuration: Configuration, name: str, nights: int) -> Loss:
    return Loss(
        Lost.DATABASE,
        f"Cơ sở dữ liệu {name} chưa có lần chạy nào, nhưng kho lưu {configuration.archive_name} đã có "
        f"{count(nights)} lần lấy dữ liệu của các đêm trước: cơ sở dữ liệu đã mất, hoặc "
        "RASOAT_DATABASE_URL trỏ nhầm chỗ. Không chạy gì, để mọi thủ tục không bị coi là mới. "
        "Sửa thiết lập hoặc khôi phục bản sao lưu cơ sở dữ liệu rồi chạy lại; "
        "nếu đúng là muốn làm lại từ đầu: "
        "rasoat archive set-aside --by TÊN --reason LÝ_DO",
    )


def _other_database(configuration: Configuration, name: str, owner: Owner, first: RunRow) -> Loss:
    zone = configuration.department.zone
    theirs, ours = (each.started_at.astimezone(zone) for each in (owner, first))
    return Loss(
        Lost.OTHER_DATABASE,
        f"Kho lưu {configuration.archive_name} thuộc cơ sở dữ liệu khác (lần chạy đầu lúc "
        f"{theirs:%H:%M %d/%m/%Y}), không phải {name} (lần chạy đầu lúc {ours:%H:%M %d/%m/%Y}): RASOAT_HOME "
        "hoặc RASOAT_DATABASE_URL trỏ nhầm chỗ, hoặc cơ sở dữ liệu cũ đã mất. Không chạy gì. Sửa thiết lập "
        "hoặc khôi phục bản sao lưu rồi chạy lại; nếu đúng là muốn dùng tiếp cơ sở dữ liệu này: "
        "rasoat archive set-aside --by TÊN --reason LÝ_DO",
    )


def _lost_archive(configuration: Configuration, what: str) -> Loss:
    return Loss(
        Lost.ARCHIVE,
        f"Kho lưu {configuration.archive_name} thiếu {what}. Các đêm vẫn chạy, số liệu và sai lệch không "
        "mất; chỉ không mở lại được các căn cứ, không dựng lại được các đêm ấy. Chép kho lưu từ bản sao lưu "
        "về; nếu không còn bản nào: rasoat archive accept-loss --by TÊN --reason LÝ_DO",
    )
