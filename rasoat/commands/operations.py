"""`simulate`, `doctor`, `db`: commands for operators."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rasoat.commands.options import configured

app = typer.Typer()
db = typer.Typer(name="db", help="Cơ sở dữ liệu.", no_args_is_help=True)


@app.command()
def simulate(
    scenario: Annotated[Path | None, typer.Option("--scenario", help="Kịch bản của các cổng mẫu.")] = None,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Cổng mạng (0: còn trống).")] = 0,
) -> None:
    """Chỉ chạy các cổng mẫu, trên máy này."""
    from portals.serve import serve_forever

    serve_forever(port=port, scenario=scenario)


@app.command()
def doctor(
    live: Annotated[bool, typer.Option("--live", help="Hỏi mỗi cổng một trang và so với hợp đồng.")] = False,
    source: Annotated[str | None, typer.Option("--source", help="Chỉ nguồn này.")] = None,
) -> None:
    """Kiểm tra thiết lập, cơ sở dữ liệu, đĩa; với --live cả các cổng."""
    from rasoat.doctor import run_checks

    raise typer.Exit(run_checks(live=live, source=source))


@db.command("upgrade")
def db_upgrade() -> None:
    """Đưa cơ sở dữ liệu lên phiên bản hiện hành."""
    from steps.database import upgrade_database

    version = upgrade_database(configured())
    print(f"Cơ sở dữ liệu ở phiên bản {version}")


@db.command("backup")
def db_backup(file: Annotated[Path, typer.Argument(help="Tệp sao lưu sẽ ghi.")]) -> None:
    """Sao lưu cơ sở dữ liệu SQLite, kể cả khi đang chạy."""
    from steps.database import back_up_database

    size = back_up_database(configured(), file)
    megabytes = f"{size / 1e6:.1f}".replace(".", ",")
    print(f"Đã sao lưu {megabytes} MB vào {file}")


@db.command("copy-to")
def db_copy_to(
    url: Annotated[str, typer.Argument(metavar="URL", help="Nơi đến, còn trống: postgresql+psycopg://…")],
) -> None:
    """Chuyển toàn bộ lịch sử sang một cơ sở dữ liệu trống, như từ SQLite sang PostgreSQL."""
    from procedures.wording.words import count
    from steps.database import copy_database

    name, result = copy_database(configured(), url)
    for view, rows in result.views.items():
        print(f"{view:<20} {count(rows):>10}  bằng nhau")
    print(f"Đã chuyển {count(result.rows)} dòng sang {name}; mọi bảng và khung nhìn ở hai bên bằng nhau")
    print("Tiếp theo: đặt RASOAT_DATABASE_URL là địa chỉ mới rồi khởi động lại")


@db.command("compact")
def db_compact() -> None:
    """Dọn chỗ trống và cập nhật thống kê của cơ sở dữ liệu."""
    from steps.database import compact_database

    compact_database(configured())
    print("Đã dọn cơ sở dữ liệu")
