"""`status`: what is known of each source. Asked often, so that its module has nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from rasoat.commands.options import AsJson, configured
from steps.terminal import json_text

app = typer.Typer()


@app.command()
def status(
    source: Annotated[
        str | None, typer.Option("--source", help="Chỉ nguồn này, cùng mọi căn cứ của kết luận.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Từng nguồn: lần lấy dữ liệu đủ gần nhất, tuổi, gì đang bị giữ."""
    from rasoat.status_lines import print_status
    from steps.sources.status import current_status

    report = current_status(configured(), source)
    if as_json:
        print(json_text(report, sort_keys=True))
    else:
        print_status(report, long=source is not None)
