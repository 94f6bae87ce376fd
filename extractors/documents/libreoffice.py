"""Old Word (.doc), OpenDocument (.odt) and RTF by way of LibreOffice, where it is installed.

It runs without a window, with a new profile for each file: no macros, no links followed, no network. Its
process and its children are bounded as every reader's is.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from extractors.bounded_reader import FileRefused, FileTooHeavy, ProcessLimits, Progress, read_bounded

LIMITS = ProcessLimits(memory=6 << 30, seconds=150, wait=180.0)
"""LibreOffice maps far more memory than it uses."""
_PLACES = (
    "/usr/lib/libreoffice/program/soffice",
    "/opt/libreoffice/program/soffice",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
_FILTERS: Mapping[str, str] = {"docx": "docx:MS Word 2007 XML", "pdf": "pdf:writer_pdf_Export"}
_CLOSED_PORT = 9
_SETTINGS = f"""<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>0</value></prop>
<prop oor:name="Field" oor:op="fuse"><value>false</value></prop></item>
<item oor:path="/org.openoffice.Inet/Settings">
<prop oor:name="ooInetProxyType" oor:op="fuse"><value>2</value></prop>
<prop oor:name="ooInetHTTPProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPProxyPort" oor:op="fuse"><value>{_CLOSED_PORT}</value></prop>
<prop oor:name="ooInetHTTPSProxyName" oor:op="fuse"><value>127.0.0.1</value></prop>
<prop oor:name="ooInetHTTPSProxyPort" oor:op="fuse"><value>{_CLOSED_PORT}</value></prop>
<prop oor:name="ooInetNoProxy" oor:op="fuse"><value></value></prop></item>
</oor:items>
"""


def office_program() -> str | None:
    """Return LibreOffice's program, `None` where it is not installed."""
    return shutil.which("soffice") or next((place for place in _PLACES if Path(place).is_file()), None)


def convert_document(data: bytes, kind: str, target: str) -> bytes:
    """Return a `kind` file (doc, odt, rtf, docx) as `target` (docx, pdf); raises `Refused`."""
    if office_program() is None:
        raise FileRefused(
            f"tệp .{kind} cần LibreOffice để đọc, máy này chưa cài; hãy lưu lại thành .docx hoặc PDF"
            if target == "docx"
            else "cần LibreOffice để dựng hình trang của tệp Word mà máy này chưa cài"
        )
    with tempfile.TemporaryDirectory(prefix="rasoat-", ignore_cleanup_errors=True) as folder:
        try:
            output = read_bounded("conversion", data, (kind, target, folder), limits=LIMITS)
        except FileTooHeavy:
            raise FileTooHeavy(
                f"LibreOffice không đọc được tệp .{kind} này, tệp hỏng hoặc quá nặng"
            ) from None
    assert isinstance(output, bytes)
    return output


def convert_here(data: bytes, options: tuple[str, ...], _progress: Progress) -> bytes:
    """Return the converted file; runs in the bounded process."""
    kind, target, place = options
    program = office_program()
    if program is None:
        raise FileRefused("máy này chưa cài LibreOffice")
    folder = Path(place)
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_SETTINGS, encoding="utf-8")
    source = folder / f"tep.{kind}"
    source.write_bytes(data)
    out = folder / "out"
    command = [
        program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
        "--nolockcheck", "--convert-to", _FILTERS[target], "--outdir", str(out), str(source),
    ]  # fmt: skip
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder), "no_proxy": ""}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        environment[name] = f"http://127.0.0.1:{_CLOSED_PORT}"
    subprocess.run(
        command, check=True, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    output = out / f"tep.{target}"
    if not output.is_file():
        raise FileRefused(f"LibreOffice không đọc được tệp .{kind} này")
    return output.read_bytes()
