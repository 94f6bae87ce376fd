"""`rasoat doctor`: whether this installation can do its work, line by line."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from procedures.errors import RasoatError
from procedures.wording.words import count, size_text
from rasoat.commands.options import check_source
from rasoat.doctor_check import DoctorCheck
from settings.configuration import Configuration

MIN_FREE_BYTES = 500_000_000
"""Free disk space that a night needs for its archive."""


def run_checks(*, live: bool, source: str | None) -> int:
    """Print every check; return 0 if all are good, else 1 (2 if the settings themselves are wrong)."""
    from settings.reading import load_configuration

    configuration = load_configuration()
    check_source(source, [each.name for each in configuration.sources])
    checks = list(_offline(configuration))
    if live:
        from rasoat.live import check_mail, check_portals

        checks.extend(check_portals(configuration, source))
        checks.extend(check_mail(configuration))
    for check in checks:
        print(f"{'được ' if check.passed else 'HỎNG '} {check.name}: {check.text}")
        for line in check.details:
            print(f"        {line}")
    bad = sum(1 for check in checks if not check.passed)
    if bad:
        print(f"rasoat: {count(bad)} mục cần sửa", file=sys.stderr)
    return 1 if bad else 0


def _offline(configuration: Configuration) -> Iterator[DoctorCheck]:
    names = ", ".join(each.name for each in configuration.sources) or "chưa có nguồn nào"
    yield DoctorCheck(
        "thiết lập", bool(configuration.sources), f"{configuration.config_file}; nguồn: {names}"
    )
    for each in configuration.sources:
        if each.kind == "html":
            yield _profile(configuration, each.name)
    yield _letters(configuration)
    yield _home(configuration.home)
    database = _database(configuration)
    yield database
    if database.passed:
        yield from _dated_ahead(configuration)
        yield _archive(configuration)


def _profile(configuration: Configuration, name: str) -> DoctorCheck:
    from extractors.portals.html.portal import load_profile

    settings = configuration.source(name)
    profile = settings.profile if settings else None
    try:
        load_profile(profile or "")
    except RasoatError as error:
        return DoctorCheck(f"khuôn đọc {name}", False, str(error))
    return DoctorCheck(f"khuôn đọc {name}", True, str(profile))


def _letters(configuration: Configuration) -> DoctorCheck:
    """Check the mail templates with a sample, the recipients and the mail server setting."""
    from alerts.audience import subscribers
    from alerts.letters import LetterWriter

    try:
        templates = LetterWriter(configuration.alerts.templates).check()
    except RasoatError as error:
        return DoctorCheck("thư", False, str(error))
    recipients = len(subscribers(configuration))
    text = f"{count(recipients)} nơi nhận" if recipients else "chưa có nơi nhận nào ([alerts])"
    if templates:
        text += f"; {count(templates)} mẫu riêng trong {configuration.alerts.templates}"
    if recipients and configuration.mail is None:
        text += "; chưa đặt RASOAT_SMTP_URL nên thư sẽ nằm chờ"
    return DoctorCheck("thư", True, text)


def _home(home: Path) -> DoctorCheck:
    existing = next(folder for folder in (home, *home.parents) if folder.exists())
    if not os.access(existing, os.W_OK):
        return DoctorCheck("thư mục", False, f"không ghi được vào {existing} (RASOAT_HOME)")
    free = shutil.disk_usage(existing).free
    text = f"{home}; còn trống {size_text(free)}"
    if free < MIN_FREE_BYTES:
        return DoctorCheck("thư mục", False, f"{text}, một đêm cần ít nhất {size_text(MIN_FREE_BYTES)}")
    return DoctorCheck("thư mục", True, text)


def _dated_ahead(configuration: Configuration) -> Iterator[DoctorCheck]:
    """Yield a check for each run dated ahead of the clock, which blocks all runs before its date."""
    from steps.database import engine_of
    from steps.nights.run_dates import wrong_dates
    from warehouse.db.engine import reading
    from warehouse.db.revision import is_current

    engine, now = engine_of(configuration), datetime.now(UTC)
    if not is_current(engine):
        return
    with reading(engine) as connection:
        wrong = wrong_dates(configuration, connection, now)
    for problem in wrong:
        yield DoctorCheck("thời điểm", False, problem.text)


def _archive(configuration: Configuration) -> DoctorCheck:
    """Check that the archive can be written, that it and the database belong together, and that no bytes
    which one refers to are missing.
    """
    from steps.sources.archive import archive_of
    from steps.sources.archive_losses import current_losses

    if configuration.archive_url is not None:
        try:
            archive_of(configuration).store.check()
        except RasoatError as error:
            return DoctorCheck("kho lưu", False, str(error))
    for loss in current_losses(configuration, whole=True):
        return DoctorCheck("kho lưu", False, loss.text)
    return DoctorCheck(
        "kho lưu", True, f"{configuration.archive_name}; đủ mọi bản gốc đang được dẫn làm căn cứ"
    )


def _database(configuration: Configuration) -> DoctorCheck:
    from steps.database import engine_of
    from warehouse.db.engine import name_of, reading
    from warehouse.db.revision import is_current, version
    from warehouse.quality.integrity import check_views

    try:
        engine = engine_of(configuration)
        state = version(engine)
        current = is_current(engine)
        with reading(engine) as connection:
            failures = check_views(connection) if current else {}
    except RasoatError as error:
        return DoctorCheck("cơ sở dữ liệu", False, str(error))
    if state is None:
        return DoctorCheck("cơ sở dữ liệu", True, f"{name_of(engine)} còn trống; sẽ được tạo ở lần chạy đầu")
    text = f"{name_of(engine)}, phiên bản {state}"
    errors = [f"{view}: {error}" for view, error in failures.items() if error is not None]
    if errors:
        return DoctorCheck(
            "cơ sở dữ liệu", False, f"{text}; {count(len(errors))} khung nhìn không đọc được", tuple(errors)
        )
    return DoctorCheck("cơ sở dữ liệu", True, text if current else text + "; sẽ được nâng cấp ở lần chạy tới")
