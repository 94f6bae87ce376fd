"""Rendering of letters from templates, as text and as HTML. A department's own files take precedence.

A broken template is found before anything is sent: `check` fills each of them with a sample, and reports
the file and the line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType

import jinja2
from jinja2.loaders import split_template_path

from procedures.errors import SettingsError
from procedures.plain_files import decode_text

BUILT_IN = Path(__file__).parent / "templates"
TEMPLATE_NAMES = ("night", "notice", "reminder")
SUFFIXES = (".txt", ".html")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One entry of a letter: a procedure, or a row without a code. All texts are ready to be read."""

    code: str
    name: str
    what: str = ""
    due: str = ""
    severity: str = ""
    division: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterGroup:
    """Lines that belong together: of one ministry decision, one kind, or one division.

    `due` is dd/mm/yyyy and `basis` its legal or internal basis; `more`: number of lines left out.
    """

    title: str
    signed: str = ""
    due: str = ""
    basis: str = ""
    link: str = ""
    lines: tuple[LetterLine, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The value `letter` of a template. `totals`: pairs of kind and number."""

    heading: str
    department: str
    paragraphs: tuple[str, ...] = ()
    totals: tuple[tuple[str, str], ...] = ()
    groups: tuple[LetterGroup, ...] = ()
    attachment: str = ""
    site_url: str = ""


SAMPLE = Letter(
    heading="Thử mẫu",
    department="Sở Nội vụ",
    paragraphs=("Đoạn thử.",),
    totals=(("Bộ đã công bố, tỉnh chưa công bố", "01"),),
    groups=(
        LetterGroup(
            title="Quyết định số 862/QĐ-BNV",
            signed="21/07/2026",
            due="04/08/2026",
            basis="hạn nội bộ",
            link="https://rasoat.example/q",
            lines=(
                LetterLine(
                    code="1.999862",
                    name="Thi tuyển",
                    what="mới",
                    due="04/08/2026",
                    severity="Cao",
                    division="Phòng Công chức",
                    link="https://rasoat.example/s",
                ),
                LetterLine(code="", name=""),
            ),
            more=1,
        ),
        LetterGroup(title="Nhóm trống"),
    ),
    attachment="sai-lech.xlsx",
    site_url="https://rasoat.example",
)
"""A letter with a value in every field that a template may show."""


class LetterWriter:
    """Renderer of a department's templates: its own folder before the built-in one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        folders = [BUILT_IN] if folder is None else [folder, BUILT_IN]
        self._environment = jinja2.Environment(
            loader=jinja2.FunctionLoader(partial(_load_template, folders)),
            autoescape=jinja2.select_autoescape(("html",)),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def write(self, name: str, letter: Letter) -> tuple[str, str]:
        """Return the letter as text and as HTML.

        Raises:
            SettingsError: a template is broken; names its file and line.
        """
        text, html = (self._fill(name + suffix, letter) for suffix in SUFFIXES)
        return text.strip() + "\n", html.strip() + "\n"

    def check(self) -> int:
        """Fill every template with a sample and return the number of the department's own files.

        Raises:
            SettingsError: the folder does not exist, or a file is broken or has an unknown name.
        """
        own = self._own_files()
        for name in TEMPLATE_NAMES:
            self.write(name, SAMPLE)
            self.write(name, Letter(heading="Thử mẫu trống", department="Sở Nội vụ"))
        return len(own)

    def _own_files(self) -> list[str]:
        if self.folder is None:
            return []
        if not self.folder.is_dir():
            raise SettingsError(f"alerts.templates: không có thư mục {self.folder}")
        known = {file.name for file in BUILT_IN.iterdir()}
        own = sorted(file.name for file in self.folder.iterdir() if file.suffix in SUFFIXES)
        for file in own:
            if file not in known:
                names = ", ".join(sorted(known))
                raise SettingsError(f"{self.folder / file}: không có mẫu thư tên này; các mẫu là: {names}")
        return own

    def _fill(self, file: str, letter: Letter) -> str:
        try:
            return self._environment.get_template(file).render(letter=letter)
        except SettingsError:
            raise
        except jinja2.TemplateSyntaxError as error:
            raise SettingsError(f"{error.filename or file}, dòng {error.lineno}: {error.message}") from error
        except Exception as error:  # whatever a department's own template may do
            where = _template_position(error.__traceback__) or file
            raise SettingsError(f"{where}: {error or type(error).__name__}") from error


def _load_template(folders: Sequence[Path], name: str) -> tuple[str, str, None] | None:
    """Return a template's text and file from the first folder that has it, without a byte order mark."""
    for folder in folders:
        file = folder.joinpath(*split_template_path(name))
        if file.is_file():
            return decode_text(file.read_bytes(), str(file)), str(file), None
    return None


def _template_position(traceback: TracebackType | None) -> str | None:
    """Return the last line of a template in a traceback, which Jinja's frames give."""
    position = None
    while traceback is not None:
        file = traceback.tb_frame.f_code.co_filename
        if file.endswith(SUFFIXES):
            position = f"{file}, dòng {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return position
