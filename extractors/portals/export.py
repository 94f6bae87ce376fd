"""Lists that a portal offers for download: files in a folder, for portals that turn programs away."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from extractors.archive.raw_archive import Recorder
from extractors.http.classify import Answer
from extractors.portals.audit.schema_audit import Audit
from extractors.portals.source import Detail, ListedItem, ListingPage, RequestCounts, Unread
from extractors.workbooks.catalogue import read_catalogue
from extractors.workbooks.catalogue_file import CatalogueFile
from procedures.errors import SourceFailed, WorkbookError
from procedures.model import record_bytes
from procedures.snapshot import ListedItemState, LookUp
from settings.sources import SourceSettings

SUFFIXES = (".xlsx", ".xls", ".csv")

NamedBytes = tuple[str, bytes]


class ExportFiles:
    """An `Extractor` of downloaded files; each file is a section of the listing, of one page.

    The files are the only thing to ask, so what they lack cannot be looked up elsewhere: see `only_the_list`.
    They cover the attributes that they have columns for, and no others.
    """

    has_states = False
    only_the_list = True

    def __init__(
        self,
        settings: SourceSettings,
        recorder: Recorder | None,
        recorded: Iterable[NamedBytes] | None = None,
    ) -> None:
        self._settings = settings
        self._recorder = recorder
        self._recorded = recorded
        self._audit = Audit()
        self._pages: dict[str, ListingPage] = {}
        self._bytes = 0

    @property
    def audit(self) -> Audit:
        """Unknown headings and useless rows; the shape moves with the files' bytes."""
        return self._audit

    @property
    def counts(self) -> RequestCounts:
        """No requests; the bytes are those of the files."""
        return RequestCounts(bytes=self._bytes)

    def close(self) -> None:
        """Do nothing: no connection is open."""

    def pages(self) -> Iterator[ListingPage]:
        """Yield a page for each file. One that cannot be read is lost, and the others are read."""
        for name, body in self._recorded if self._recorded is not None else self._files():
            self._archive(name, body)
            try:
                content = read_list(name, body)
            except WorkbookError as error:
                yield ListingPage(section=name, number=1, lost=str(error))
                continue
            page = ListingPage(section=name, number=1, items=tuple(self._items(name, content)))
            self._pages[name] = page
            yield page

    def first_page(self, section: str) -> ListingPage:
        """Return the file as it was read: it is not read twice."""
        return self._pages[section]

    def fetch(self, item: ListedItem) -> None:
        """Ask for nothing: a list has no details."""

    def recall(self, item: ListedItem, answer: Answer | None) -> None:
        """Recall nothing: there are no answers."""

    def record(self, item: ListedItem, remembered: ListedItemState | None, answer: Answer | None) -> Detail:  # noqa: ARG002 - has none
        """Raise Unread: every item of a list carries its procedure."""
        raise Unread(f"{item.source_id}: danh sách tải về không có trang chi tiết")

    def look_up(self, remembered: ListedItemState) -> LookUp:
        """Return `not_found`: the list itself is the answer."""
        return LookUp(key=remembered.key, outcome="not_found", evidence={"asked": "list"})

    def ask(self, code: str) -> LookUp | None:  # noqa: ARG002 - see `only_the_list`
        """Return nothing: a list is not asked by code."""
        return None

    def _files(self) -> Iterator[NamedBytes]:
        path = self._settings.path or Path()
        try:
            files = sorted(each for each in path.iterdir() if _is_list(each)) if path.is_dir() else [path]
            if not files:
                raise SourceFailed(f"{path}: thư mục không có tệp {', '.join(SUFFIXES)} nào")
            for file in files:
                yield file.name, file.read_bytes()
        except FileNotFoundError as error:
            raise SourceFailed(f"{path}: không có tệp hoặc thư mục này") from error
        except OSError as error:
            raise SourceFailed(f"{path}: không đọc được ({error.strerror or error})") from error

    def _archive(self, name: str, body: bytes) -> None:
        self._bytes += len(body)
        self._audit.add_payload({hashlib.sha256(body).hexdigest(): name}, "files")
        if self._recorder is not None:
            self._recorder.record_file(name, body)

    def _items(self, name: str, content: CatalogueFile) -> Iterator[ListedItem]:
        for heading in content.leftovers:
            self._audit.add_leftover(f"{name}: cột «{heading}»", "")
        for problem in content.problems:
            self._audit.note(f"{problem.place}: {problem.reason}")
        for key, procedure in content.procedures.items():
            bare = replace(procedure, row=None)
            digest = hashlib.blake2b(record_bytes(bare), digest_size=12).hexdigest()
            yield ListedItem(
                source_id=f"{name}#{key}",
                name=bare.name,
                code=bare.code,
                list_digest=digest,
                procedure=bare,
                evidence={"file": name, "row": procedure.row},
            )


def _is_list(path: Path) -> bool:
    """Whether the file is a list; spreadsheets' lock files and hidden files are not."""
    return path.is_file() and path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~"))


def read_list(name: str, body: bytes) -> CatalogueFile:
    """Return a downloaded list, from its bytes. Raises WorkbookError, with its name."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(body)
        return read_catalogue(file)
