"""`validations`: the expectations, observations and results of a night's gates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from procedures.errors import InputError
from rasoat.commands.options import configured

app = typer.Typer()


@app.command()
def validations(
    run_id: Annotated[
        int | None, typer.Argument(metavar="[RUN_ID]", help="Lần chạy (mặc định: lần cuối).")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Ghi trang HTML vào tệp này.")] = None,
) -> None:
    """Các yêu cầu kiểm tra dữ liệu của một đêm: quan sát được gì, hệ quả ra sao."""
    from reports.night_page import night_text, write_night
    from steps.nights.reporting.night_page import night_page

    page = night_page(configured(), run_id)
    if out is None:
        print(night_text(page), end="")
        return
    if not out.absolute().parent.is_dir():
        raise InputError(f"--out {out}: không có thư mục {out.absolute().parent}")
    try:
        write_night(out, page)
    except OSError as error:
        raise InputError(f"--out {out}: không ghi được ({error.strerror})") from error
    print(f"Đã ghi trang kiểm tra của lần chạy {page.run_id} vào {out}")
