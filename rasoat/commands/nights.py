"""`demo`, `sync`, `release`, `withdraw`, `replay`: nights and their results."""

from __future__ import annotations

from typing import Annotated

import typer

from procedures.errors import InputError
from rasoat.commands.options import (
    AsJson,
    AsOf,
    By,
    check_source,
    configured,
    moment_of_run,
    numbered,
    report,
)
from steps.terminal import json_text

app = typer.Typer()


@app.command()
def demo(
    keep_serving: Annotated[
        bool, typer.Option("--keep-serving", help="Sau đó giữ các cổng mẫu chạy và mở trang web.")
    ] = False,
) -> None:
    """Chạy thử trọn hai đêm trên các cổng mẫu với dữ liệu thật."""
    from rasoat.demo import run_demo

    raise typer.Exit(run_demo(keep_serving=keep_serving))


@app.command()
def sync(
    source: Annotated[
        list[str] | None, typer.Option("--source", help="Chỉ đọc nguồn này (lặp lại được).")
    ] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
    prefect: Annotated[bool, typer.Option("--prefect", help="Chạy như luồng Prefect.")] = False,
    anyway: Annotated[
        bool,
        typer.Option(
            "--anyway", help="Hỏi cả cổng vừa từ chối và đang được để yên; nhận cả thời điểm chưa tới."
        ),
    ] = False,
    scheduled: Annotated[
        bool, typer.Option("--scheduled", help="Chạy theo lịch: giữ khung giờ đọc cổng đã đặt.")
    ] = False,
) -> None:
    """Đọc các cổng, đối chiếu với danh mục, ghi sai lệch."""
    configuration = configured()
    names = tuple(source or ())
    known = [each.name for each in configuration.sources]
    for name in names:
        check_source(name, known)
    if not known:
        raise InputError(f"{configuration.config_file}: chưa có nguồn nào ([sources.…])")
    if scheduled and (as_of is not None or prefect):
        raise InputError("--scheduled: không dùng cùng --as-of hoặc --prefect")
    moment = moment_of_run(configuration, as_of, anyway=anyway)
    if prefect:
        from rasoat.prefect_run import sync_with_prefect

        summary = sync_with_prefect(configuration, moment, names, anyway=anyway)
    else:
        from rasoat.progress import progress_bar
        from steps.nights.night import NightRequest
        from steps.nights.run_now import sync_now
        from steps.sources.run_mode import RunMode

        with progress_bar() as progress:
            order = NightRequest(moment, names, RunMode(scheduled=scheduled, anyway=anyway))
            summary = sync_now(configuration, order, progress)
    report(summary, as_json)


@app.command()
def release(
    snapshot_id: Annotated[int, numbered("SNAPSHOT_ID")],
    by: Annotated[str | None, typer.Option("--by", help="Người thực hiện.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Vì sao cho qua.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Chỉ nêu từng thủ tục sẽ mất, thêm, đổi; không cho qua.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Cho một lần lấy dữ liệu đang tạm giữ có hiệu lực."""
    if dry_run:
        from rasoat.held_tables import print_preview
        from steps.sources.release_preview import preview_release

        configuration = configured()
        preview = preview_release(configuration, snapshot_id)
        print_preview(configuration, preview, as_json=as_json)
        raise typer.Exit(2 if preview.refused else 0)
    for option, given in (("--by", by), ("--reason", reason)):
        if not given:
            raise InputError(f"{option}: thiếu; xem trước sẽ đổi những gì bằng --dry-run")
    from steps.sources.release import release_snapshot

    report(release_snapshot(configured(), snapshot_id, by or "", reason or ""), as_json)


@app.command()
def withdraw(
    run_id: Annotated[int, numbered("RUN_ID")],
    by: By,
    reason: Annotated[str, typer.Option("--reason", help="Vì sao rút.")],
    as_json: AsJson = False,
) -> None:
    """Rút một lần chạy đề sai ngày: số liệu trở lại như trước lần đó, việc đã làm vẫn còn dấu vết."""
    from steps.nights.withdraw import result_lines
    from steps.nights.withdraw import withdraw_run as take_back

    configuration = configured()
    done = take_back(configuration, run_id, by, reason)
    if as_json:
        print(json_text(done.document()))
    else:
        print("\n".join(result_lines(done, configuration)))


@app.command()
def replay(run_id: Annotated[int, numbered("RUN_ID")]) -> None:
    """Dựng lại bản ghi và thay đổi của một lần chạy từ kho lưu, không cần mạng."""
    from steps.sources.replay import replay_run

    outcome = replay_run(configured(), run_id)
    print(outcome.text)
    raise typer.Exit(0 if outcome.equal else 1)
