"""`archive`: the raw archive's size by night, pruning, copies to other places, and decisions on losses."""

from __future__ import annotations

from dataclasses import asdict
from itertools import islice
from typing import Annotated

import typer

from procedures.values.limits import MAX_ID
from procedures.wording.words import count, size_text
from rasoat.commands.options import AsJson, By, configured
from steps.terminal import json_text

app = typer.Typer(name="archive", help="Kho lưu dữ liệu gốc của các đêm.", no_args_is_help=True)

SHOWN = 30
"""Number of the last snapshots shown to people."""


@app.command("size")
def size(as_json: AsJson = False) -> None:
    """Mỗi đêm đã thêm bao nhiêu vào kho lưu."""
    from rich.table import Table

    from rasoat.console import console
    from steps.sources.archive_size import archive_size, stored_nights

    configuration = configured()
    total = archive_size(configuration)
    nights = stored_nights(configuration)
    if as_json:
        rows = [asdict(night) | {"as_of": night.as_of.isoformat()} for night in nights]
        print(json_text({"bytes": total, "snapshots": rows}))
        return
    table = Table(show_lines=False)
    for heading in ("Lần chạy", "Lần lấy dữ liệu", "Nguồn", "Số liệu đến"):
        table.add_column(heading)
    for heading in ("Trả lời", "Nội dung mới", "Dung lượng"):
        table.add_column(heading, justify="right")
    for night in islice(nights, SHOWN):
        table.add_row(
            str(night.run_id),
            str(night.snapshot_id),
            night.source,
            f"{night.as_of:%H:%M %d/%m/%Y}",
            count(night.answers),
            count(night.bodies),
            size_text(night.bytes),
        )
    console().print(table)
    print(f"Cả kho lưu: {size_text(total)}")


@app.command("prune")
def prune(
    keep_nights: Annotated[
        int | None,
        typer.Option(
            "--keep-nights",
            min=1,
            max=MAX_ID,
            help="Số đêm gần nhất được giữ (mặc định: theo thiết lập).",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Chỉ cho biết sẽ dọn gì.")] = False,
    as_json: AsJson = False,
) -> None:
    """Dọn dữ liệu gốc của các đêm cũ, trừ những gì sai lệch và thay đổi còn dẫn chứng."""
    from steps.sources.archive_size import prune_archive

    configuration = configured()
    nights = configuration.keep_nights if keep_nights is None else keep_nights
    pruned = prune_archive(configuration, nights, dry_run=dry_run)
    if as_json:
        print(json_text(asdict(pruned) | {"keep_nights": nights, "dry_run": dry_run}))
        return
    verb = "Sẽ dọn" if dry_run else "Đã dọn"
    print(
        f"{verb} {count(len(pruned.snapshots))} lần lấy dữ liệu cũ hơn {count(nights)} đêm gần nhất: "
        f"{count(pruned.bodies)} nội dung, {size_text(pruned.bytes)}; "
        f"còn lại {size_text(pruned.remaining_bytes)}"
    )


@app.command("copy-to")
def copy_to(
    place: Annotated[str, typer.Argument(help="Thư mục, hoặc nơi trên kho đối tượng như s3://kho/rasoat.")],
    as_json: AsJson = False,
) -> None:
    """Chép kho lưu sang nơi khác; chạy lại thì chép tiếp phần còn thiếu."""
    from steps.sources.archive_losses import copy_archive_to

    name, copied = copy_archive_to(configured(), place)
    if as_json:
        print(json_text(asdict(copied) | {"place": name}))
        return
    print(
        f"Đã chép {count(copied.objects)} mục, {size_text(copied.bytes)} sang {name}; "
        f"{count(copied.already_there)} mục đã có sẵn."
    )
    if copied.damaged:
        print(f"Không chép {count(len(copied.damaged))} nội dung đã hỏng: {', '.join(copied.damaged[:3])} …")


@app.command("set-aside")
def set_aside(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao làm lại từ đầu.")],
) -> None:
    """Chuyển kho lưu của cơ sở dữ liệu đã mất sang bên, để làm lại từ đầu."""
    from steps.sources.archive_losses import set_archive_aside

    target = set_archive_aside(configured(), by, reason)
    print(f"Kho lưu cũ nay là {target}; lần chạy tới lập mốc ban đầu mới.")


@app.command("accept-loss")
def accept_loss(
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao không lấy lại được.")],
) -> None:
    """Ghi nhận các bản gốc đã mất hẳn, để không báo nữa."""
    from steps.sources.archive_losses import accept_loss as accept

    bodies, snapshots = accept(configured(), by, reason)
    print(f"Đã ghi nhận {count(bodies)} bản gốc, bản ghi của {count(snapshots)} lần lấy dữ liệu là đã mất.")
