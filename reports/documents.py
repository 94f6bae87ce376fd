"""Word documents from templates: the built-in ones, or the department's own of the same name.

Whatever a portal or a person wrote stands as text; signs that Word refuses are taken out. The same values
give the same bytes. A template that is broken is named in one line, and nothing is written.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from procedures.errors import InputError, SettingsError
from reports.workbooks import clean

TEMPLATES = Path(__file__).with_name("templates")
"""Where the built-in templates are."""

NAMES: Mapping[str, str] = {
    "report": "bao-cao.docx",
    "decision": "du-thao-cong-bo.docx",
    "reminder": "don-doc.docx",
    "not-eligible": "chua-du-dieu-kien.docx",
    "decentralisation": "phan-cap.docx",
    "par-index": "tu-cham-diem.docx",
    "form-ii07b": "bieu-ii07b.docx",
    "form-06": "bieu-06.docx",
}
"""Files of the templates, by what they are for."""

_LONGEST = 1_000_000
"""Signs of one text; Word has no limit of a cell."""

_THEN = (1980, 1, 1, 0, 0, 0)
"""In place of the clock, in the file's entries."""


def write_document(path: Path, template: str, values: Mapping[str, Any], folder: Path | None = None) -> None:
    """Fill the template of that name in `NAMES` and write it, whole or not at all.

    Raises:
        SettingsError: the template cannot be read, is broken, or names a value that there is none of.
        InputError: `path` does not end in .docx, or cannot be written.
    """
    if path.suffix.lower() != ".docx":
        raise InputError(f"{path}: tên tệp phải kết thúc bằng .docx", "out")
    data = filled(template, values, folder)
    draft = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(data)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True) if draft.parent.is_dir() else None
        raise InputError(f"{path}: không ghi được ({error.strerror or error})") from None


def filled(template: str, values: Mapping[str, Any], folder: Path | None = None) -> bytes:
    """The document as bytes."""
    from docx.opc.exceptions import PackageNotFoundError
    from docxtpl import DocxTemplate
    from jinja2 import StrictUndefined, TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    file = template_file(template, folder)
    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)
    buffer = BytesIO()
    try:
        document = DocxTemplate(str(file))
        document.render(_printable(values), environment, autoescape=True)
        document.save(buffer)
    except TemplateError as error:
        words = " ".join((error.message or type(error).__name__).split())
        raise SettingsError(f"Mẫu {file}: {words}") from None
    except (PackageNotFoundError, zipfile.BadZipFile, SyntaxError, KeyError, ValueError, OSError) as error:
        raise SettingsError(f"Mẫu {file}: không phải tệp Word .docx dùng được ({error})") from None
    return _timeless(buffer.getvalue())


def template_file(template: str, folder: Path | None = None) -> Path:
    """The department's own template where its folder has one, else the built-in one.

    Raises:
        SettingsError: there is no such folder.
    """
    name = NAMES[template]
    if folder is not None:
        if not folder.is_dir():
            raise SettingsError(f"[reports] templates: không có thư mục {folder}")
        if (folder / name).exists():
            return folder / name
    return TEMPLATES / name


def _printable(value: Any) -> Any:
    """The values without signs that XML refuses."""
    if isinstance(value, str):
        return clean(value, _LONGEST)
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_printable(each) for each in value]
    return value


def _timeless(data: bytes) -> bytes:
    """The same package without the time at which it was made."""
    kept = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            target.writestr(zipfile.ZipInfo(entry.filename, _THEN), source.read(entry), zipfile.ZIP_DEFLATED)
    return kept.getvalue()
