"""Word documents from templates: the built-in ones, or the department's own of the same name.

What a portal or a person wrote is only ever text; characters that Word rejects are removed. The same values
give the same bytes. A broken template is reported in one line, and nothing is written. Remarks for those who
prepare a paper become Word comments: a template writes `{{ value | nhan_xet }}` where one belongs, and it
stands on the words around it; an empty value makes none.
"""

from __future__ import annotations

import secrets
import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from procedures.errors import InputError, SettingsError
from reports.workbooks import printable_text

TEMPLATE_FOLDER = Path(__file__).with_name("templates")
"""Where the built-in templates are."""

TEMPLATE_FILES: Mapping[str, str] = {
    "report": "bao-cao.docx",
    "decision": "du-thao-cong-bo.docx",
    "reminder": "don-doc.docx",
    "not-eligible": "chua-du-dieu-kien.docx",
    "decentralisation": "phan-cap.docx",
    "par-index": "tu-cham-diem.docx",
    "form-ii07b": "bieu-ii07b.docx",
    "form-06": "bieu-06.docx",
}
"""The template files by their purpose."""

_MAX_LENGTH = 1_000_000
"""Most characters of one text; Word itself sets no limit."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
"""The time of the file's entries, in place of the clock."""

_REMARK_FILTER = "nhan_xet"
"""The filter by which a template turns a value into a comment."""

_AUTHOR = "Rà soát"
_INITIALS = "RS"


def write_document(path: Path, template: str, values: Mapping[str, Any], folder: Path | None = None) -> None:
    """Fill the template of that name in `NAMES` and write it, whole or not at all.

    Raises:
        SettingsError: the template cannot be read, is broken, or names an unknown value.
        InputError: `path` does not end in .docx, or cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise InputError(f"{path}: tên tệp phải kết thúc bằng .docx", "out")
    data = fill_template(template, values, folder)
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True) if draft.parent.is_dir() else None
        raise InputError(f"{path}: không ghi được ({error.strerror or error})") from None


def fill_template(template: str, values: Mapping[str, Any], folder: Path | None = None) -> bytes:
    """Return the filled document as bytes."""
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    file = template_file(template, folder)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    remarks = _Remarks()
    environment.filters[_REMARK_FILTER] = remarks.mark
    buffer = BytesIO()
    try:
        document = DocxTemplate(str(file))
        document.render(_printable(values), environment, autoescape=True)
        placed = _place_remarks(document.docx, remarks)
        document.save(buffer)
    except TemplateError as error:
        words = " ".join((error.message or type(error).__name__).split())
        raise SettingsError(f"Mẫu {file}: {words}") from None
    except (PackageNotFoundError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError, OSError) as error:
        raise SettingsError(f"Mẫu {file}: không phải tệp Word .docx dùng được ({error})") from None
    if not placed:
        raise SettingsError(f"Mẫu {file}: {_REMARK_FILTER} chỉ dùng được trong thân văn bản")
    return _without_times(buffer.getvalue())


def template_file(template: str, folder: Path | None = None) -> Path:
    """Return the department's own template where its folder has one, else the built-in one.

    Raises:
        SettingsError: there is no such folder.
    """
    name = TEMPLATE_FILES[template]
    if folder is not None:
        if not folder.is_dir():
            raise SettingsError(f"[reports] templates: không có thư mục {folder}")
        if (folder / name).exists():
            return folder / name
    return TEMPLATE_FOLDER / name


def _printable(value: Any) -> Any:
    """Return the values without characters that XML rejects."""
    if isinstance(value, str):
        return printable_text(value, _MAX_LENGTH)
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_printable(each) for each in value]
    return value


def _without_times(data: bytes) -> bytes:
    """Return the same package without the time at which it was made."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as old, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            new.writestr(zipfile.ZipInfo(item.filename, _EPOCH), old.read(item), zipfile.ZIP_DEFLATED)
    return output.getvalue()


class _Remarks:
    """The remarks of one document, each with the mark that stands in the text until it is placed."""

    def __init__(self) -> None:
        self._nonce = secrets.token_hex(8)
        self.by_mark: dict[str, str] = {}

    def mark(self, text: object) -> str:
        """Return the mark of a remark; no value of a portal can contain it."""
        if not str(text).strip():
            return ""
        mark = f"[{self._nonce}.{len(self.by_mark)}]"
        self.by_mark[mark] = str(text)
        return mark


def _place_remarks(document: Any, remarks: _Remarks) -> bool:
    """Replace each mark in the body by a comment; return whether all were there."""
    from docx.oxml.ns import qn
    from docx.text.run import Run

    open_marks = dict(remarks.by_mark)
    for element in list(document.element.body.iter(qn("w:t"))) if open_marks else ():
        for mark in [mark for mark in open_marks if mark in (element.text or "")]:
            element.text = element.text.replace(mark, "")
            run = Run(element.getparent(), document)
            comment = document.add_comment(run, open_marks.pop(mark), author=_AUTHOR, initials=_INITIALS)
            comment._element.attrib.pop(qn("w:date"), None)  # the same values give the same bytes
    return not open_marks
