"""`rasoat office add`: an office's settings, database, first account and deployments, step by step."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout

from procedures.errors import InputError, LockedError, RasoatError
from procedures.office.accounts import normalise_account_name
from rasoat.interview import Interview
from rasoat.new_installation import (
    NO_ANSWER,
    GivenAnswers,
    ask_recipients,
    check_account,
    check_home,
    first_account,
    mail_variables,
    settings_answers,
    with_password,
    write_files,
)
from settings.configuration import Configuration
from settings.environment import Environment, read_office_environment
from settings.new_file import environment_text, settings_text, value_problem
from settings.offices import OfficeFiles, files_of_office, list_offices
from settings.reading import load_configuration, read_file
from settings.schedule import ScheduleSettings

FIRST_START = 90
"""Minutes after midnight at which the first office's nights begin: those after it borrow what it read."""

OTHERS_START = 120
STAGGER, STAGGERED = 5, 24
"""The others begin so many minutes apart; after so many of them from the beginning again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeAnswers:
    """What the options answer of an office of many; None takes the default.

    `deploy`: None deploys where a Prefect server is named.
    """

    share: str | None = None
    start: str | None = None
    deploy: bool | None = None


def add_office(
    name: str, around: Environment, given: GivenAnswers, own: OfficeAnswers, interview: Interview
) -> None:
    """Add an office, or what an interrupted call left out; what is there stays as it is.

    Raises:
        InputError: the name is not plain, the office exists, or an option is missing or wrong.
        LockedError: the office is being added by another process.
        WarehouseError: its database cannot be used.
    """
    if around.office is not None:
        raise InputError(f"RASOAT_OFFICE đang là {around.office}; bỏ biến này khi thêm đơn vị")
    files = files_of_office(around.offices, name)
    if files.folder.exists() and not files.unfinished.exists():
        raise InputError(f"Đơn vị {name} đã có trong {around.offices} (RASOAT_OFFICES)")
    check_account(given, interview)
    with _being_added(files):
        if not (files.settings.exists() and files.environment.exists()):
            _write_settings(files, around, given, own, interview)
        configuration = load_configuration(read_office_environment(files))
        _prepare_database(files, configuration)
        _add_account(files, configuration, given, interview)
        _deploy(files, configuration, own.deploy)
    print(
        f"Tiếp theo, với RASOAT_OFFICE={name}: rasoat doctor --live, rasoat catalogue import TỆP, rasoat sync"
    )


@contextmanager
def _being_added(files: OfficeFiles) -> Iterator[None]:
    """Mark the office as unfinished until all is done; a folder in which nothing was written goes again."""
    try:
        files.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(files.unfinished, blocking=False, fallback_to_soft=False)
        lock.acquire()
    except Timeout:
        raise LockedError(f"Đơn vị {files.name} đang được tạo bởi một tiến trình khác") from None
    except OSError as error:
        raise RasoatError(f"{files.folder}: không ghi được ({error.strerror})") from error
    try:
        yield
        files.unfinished.unlink(missing_ok=True)
    except BaseException:
        if list(files.folder.iterdir()) == [files.unfinished]:
            files.unfinished.unlink()
            files.folder.rmdir()
        raise
    finally:
        lock.release()


def _write_settings(
    files: OfficeFiles,
    around: Environment,
    given: GivenAnswers,
    own: OfficeAnswers,
    interview: Interview,
) -> None:
    start = own.start or _next_start(files)
    if problem := value_problem(ScheduleSettings, "start", start=start):
        raise InputError(problem, "start")
    answers = settings_answers(given, files.folder, interview)
    home = interview.ask(
        "Thư mục để dữ liệu",
        "home",
        given.home,
        lambda answer: _new_home(answer, files),
        default=str(around.home.absolute() / "offices" / files.name),
    )
    server = around.database_url if _is_server(around.database_url) else None
    database = interview.ask(
        "Cơ sở dữ liệu PostgreSQL chung, như postgresql+psycopg://tên@máy/csdl (để trống: SQLite riêng)",
        "database_url",
        given.database_url or server,
        lambda answer: _database(answer, files, interview),
        default="",
    )
    variables = {"RASOAT_HOME": home} | ({"RASOAT_DATABASE_URL": database} if database else {})
    variables |= mail_variables(given, interview)
    recipients = ask_recipients(given, interview, "RASOAT_SMTP_URL" in variables)
    shared = own.share or str(around.home.absolute() / "shared")
    share = None if shared.lower() in NO_ANSWER else str(Path(shared).absolute())
    text = settings_text(replace(answers, recipients=recipients, share=share, start=start))
    texts = {files.settings: text, files.environment: environment_text("", variables)}
    lacking = {file: text for file, text in texts.items() if not file.exists()}
    write_files(lacking, lambda drafts: read_file(drafts.get(files.settings, files.settings)))
    print(f"Đã ghi {' và '.join(map(str, lacking))}")


def _next_start(files: OfficeFiles) -> str:
    """Return when the nights of one more office begin: the first one's half an hour before all others'."""
    others = [each for each in list_offices(files.folder.parent) if each.settings.exists()]
    minutes = FIRST_START if not others else OTHERS_START + (len(others) - 1) % STAGGERED * STAGGER
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _new_home(answer: str, files: OfficeFiles) -> str:
    """Return the folder of data, in which no other office or installation works."""
    folder = check_home(answer)
    if (Path(folder) / "rasoat.db").exists() and not files.environment.exists():
        raise InputError(f"{folder} đã có dữ liệu của một cơ sở khác; chọn thư mục khác")
    return str(Path(folder).absolute())


def _is_server(address: str | None) -> bool:
    return address is not None and address.startswith("postgres")


def _database(answer: str, files: OfficeFiles, interview: Interview) -> str:
    """Return the address of the office's own schema, after connecting to it; empty for SQLite in the home."""
    from warehouse.db.office_schema import check_schema, office_address

    if not answer:
        return ""
    address = with_password(answer, interview)
    own = office_address(address, files.schema)
    print(f"  Nối được {check_schema(address, files.schema, 'Cơ sở dữ liệu')}")
    return own


def _prepare_database(files: OfficeFiles, configuration: Configuration) -> None:
    from steps.database import database_name, upgrade_database
    from warehouse.db.office_schema import create_schema

    if _is_server(configuration.database_url) and create_schema(configuration.database_url, files.schema):
        print(f"Đã tạo lược đồ {files.schema}")
    version = upgrade_database(configuration)
    print(f"Cơ sở dữ liệu {database_name(configuration)} ở phiên bản {version}")


def _add_account(
    files: OfficeFiles, configuration: Configuration, given: GivenAnswers, interview: Interview
) -> None:
    from steps.office.accounts import list_users

    known = {each.name for each in list_users(configuration)}
    if given.admin is None or normalise_account_name(given.admin) not in known:
        first_account(configuration, given, interview)
    if given.admin is None and not list_users(configuration):
        print(f"Chưa có tài khoản; tạo bằng: RASOAT_OFFICE={files.name} rasoat user add TÊN --role admin")


def _deploy(files: OfficeFiles, configuration: Configuration, wanted: bool | None) -> None:
    """Deploy the office's flows where a Prefect server is named, or where that was asked for."""
    if wanted is False or (wanted is None and not os.environ.get("PREFECT_API_URL")):
        print("Chưa đặt lịch trên Prefect; khi có máy chủ: python -m flows.deploying")
        return
    from flows.office_deployments import deploy_offices

    deploy_offices([files])
    print(f"Đã đặt lịch của {files.name} trên Prefect, bắt đầu lúc {configuration.schedule.start}")
