"""`rasoat init`: asks for what `rasoat.toml` and `.env` need, tries it, and writes them."""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from procedures.errors import InputError, SettingsError
from procedures.office.accounts import Role, normalise_account_name
from procedures.office.passwords import check_password
from procedures.plain_files import detect_encoding
from rasoat.interview import Interview
from settings.alerts import AlertSettings
from settings.base import Settings
from settings.configuration import Configuration
from settings.department import Department
from settings.environment import Environment, read_environment
from settings.mail_server import mail_server
from settings.new_file import (
    KNOWN_PORTALS,
    SettingsAnswers,
    environment_text,
    settings_text,
    value_problem,
)
from settings.reading import load_configuration, sqlite_address
from settings.sources import SourceTable
from steps.office.passwords import common_words

NO_ANSWER = ("", "không", "khong", "none", "-")
"""Answers by which a portal, a mail server or an account is left out."""

ENV_FILE = Path(".env")


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenAnswers:
    """What the options answer; None is asked. `admin_password` is of the account `admin`."""

    department: str | None = None
    province: str | None = None
    ministries: Sequence[str] | None = None
    portal: str | None = None
    profile: str | None = None
    home: str | None = None
    database_url: str | None = None
    smtp_url: str | None = None
    recipients: Sequence[str] | None = None
    skip_mail_test: bool = False
    admin: str | None = None
    admin_password: str | None = None
    overwrite: bool = False


def create_installation(given: GivenAnswers, interview: Interview) -> None:
    """Ask, try the database and the mail server, write both files, and offer the first account.

    Raises:
        InputError: nobody is there to ask, and an option is missing or wrong, or a file exists already.
    """
    file = Path(os.environ.get("RASOAT_CONFIG") or "rasoat.toml")
    _may_be_written(file, given, interview)
    check_account(given, interview)
    answers = settings_answers(given, file.parent, interview)
    variables = _variables(given, interview)
    answers = replace(answers, recipients=ask_recipients(given, interview, "RASOAT_SMTP_URL" in variables))
    if file != Path("rasoat.toml"):
        variables["RASOAT_CONFIG"] = str(file)
    existing = ENV_FILE.read_bytes() if ENV_FILE.exists() else b""
    environment = environment_text(existing.decode(detect_encoding(existing)), variables)
    write_files({file: settings_text(answers), ENV_FILE: environment}, _read_drafts)
    print(f"Đã ghi {file} và {ENV_FILE} (chỉ chủ tệp đọc được), đọc lại thấy đúng")
    for name, value in variables.items():
        if os.environ.get(name, value) != value:
            print(f"Lưu ý: {name} đang đặt trong môi trường, được dùng thay cho {ENV_FILE}", file=sys.stderr)
    first_account(load_configuration(read_environment()), given, interview)
    print("Tiếp theo: rasoat doctor --live, rasoat catalogue import TỆP, rasoat sync, rasoat review")


def _may_be_written(file: Path, given: GivenAnswers, interview: Interview) -> None:
    existing = [str(each) for each in (file, ENV_FILE) if each.exists()]
    if not existing or given.overwrite:
        return
    names = " và ".join(existing)
    if not interview.attended:
        raise InputError(f"{names} đã có; thêm --overwrite nếu muốn ghi đè")
    if not interview.confirm(f"{names} đã có. Ghi đè?", default=False):
        raise InputError(f"{names} giữ nguyên, chưa ghi gì")


def check_account(given: GivenAnswers, interview: Interview) -> None:
    """Check the account that the options ask for, before anything is written."""
    if given.admin is None:
        return
    name = normalise_account_name(given.admin)
    if given.admin_password is not None:
        check_password(given.admin_password, name, given.department or "", common_words())
    elif not interview.attended:
        raise InputError("cần thêm --password-stdin, vì không có màn hình để hỏi mật khẩu", "admin")


def settings_answers(given: GivenAnswers, folder: Path, interview: Interview) -> SettingsAnswers:
    """Return what `rasoat.toml` needs to know, recipients excepted; profiles are relative to `folder`."""
    department = interview.ask("Tên Sở", "department", given.department, _department_name)
    province = interview.ask(
        "Mã định danh của tỉnh, như H27 (Hà Tĩnh)",
        "province",
        given.province,
        _checked(Department, "province", str.upper),
    )
    ministries = interview.ask(
        "Mã các bộ cần theo dõi, cách nhau bằng dấu phẩy (G09: Bộ Nội vụ)",
        "ministry",
        None if given.ministries is None else ",".join(given.ministries),
        _list_of,
        default="G09",
    )
    known = KNOWN_PORTALS.get(province, ("", ""))
    portal = interview.ask(
        "Địa chỉ cổng dịch vụ công của tỉnh (không: chỉ đọc cổng quốc gia)",
        "portal",
        given.portal,
        _portal,
        default=known[0],
    )
    profile = None
    if portal is not None:
        profile = interview.ask(
            "Khuôn đọc cổng tỉnh: portaldvc (như Hà Tĩnh), igate (VNPT iGate), liferay (như Đà Nẵng), "
            "hoặc tệp .toml",
            "profile",
            given.profile,
            lambda answer: _profile(answer, folder),
            default=(known[1] if portal == known[0] else None) or None,
        )
    return SettingsAnswers(
        department=department, province=province, ministries=ministries, portal=portal, profile=profile
    )


def _variables(given: GivenAnswers, interview: Interview) -> dict[str, str]:
    """Return the variables of `.env`; the database, and the mail server unless declined, were tried."""
    home = interview.ask(
        "Thư mục để dữ liệu",
        "home",
        given.home,
        check_home,
        default=os.environ.get("RASOAT_HOME") or "var",
    )
    variables = {"RASOAT_HOME": home}
    database = interview.ask(
        "Cơ sở dữ liệu (để trống: SQLite trong thư mục trên; hoặc postgresql+psycopg://tên@máy/csdl)",
        "database_url",
        given.database_url or os.environ.get("RASOAT_DATABASE_URL"),
        lambda answer: _database(answer, home, interview),
        default="",
    )
    if database:
        variables["RASOAT_DATABASE_URL"] = database
    return variables | mail_variables(given, interview)


def mail_variables(given: GivenAnswers, interview: Interview) -> dict[str, str]:
    """Return the variable of the mail server, which was tried unless that was declined; none without one."""
    smtp_url = interview.ask(
        "Máy chủ gửi thư, như smtp+starttls://tên@máy:587 (để trống: chưa gửi thư)",
        "smtp_url",
        given.smtp_url or os.environ.get("RASOAT_SMTP_URL"),
        lambda answer: _mail_server(answer, given, interview),
        default="",
    )
    return {"RASOAT_SMTP_URL": smtp_url} if smtp_url else {}


def ask_recipients(given: GivenAnswers, interview: Interview, mail: bool) -> Sequence[str]:
    """Return who gets mail; without a mail server only the options say so."""
    listed = None if given.recipients is None else ",".join(given.recipients)
    if not mail and listed is None:
        return ()
    check = _checked(AlertSettings, "recipients", _list_of)
    return interview.ask("Nơi nhận thư, cách nhau bằng dấu phẩy", "recipient", listed, check, default="")


def _checked(model: type[Settings], setting: str, parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """Return a check by a table's own rules for one of its settings."""

    def check(answer: str) -> Any:
        value = parse(answer)
        if problem := value_problem(model, setting, **{setting: value}):
            raise InputError(problem)
        return value

    return check


def _list_of(answer: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, (part.strip() for part in answer.split(",")))))


def _department_name(answer: str) -> str:
    if not answer or not answer.isprintable():
        raise InputError("cần tên của Sở, trong một dòng")
    return answer


def _portal(answer: str) -> str | None:
    if answer.lower() in NO_ANSWER:
        return None
    if problem := value_problem(SourceTable, "base_url", kind="html", base_url=answer):
        raise InputError(problem)
    return answer.rstrip("/")


def _profile(answer: str, folder: Path) -> str:
    """Return a profile that can be read: a built-in one, or a file beside `rasoat.toml`."""
    from extractors.portals.html.profile import load_profile

    with _without_prefix("profile: "):
        load_profile(str(folder / answer) if answer.endswith(".toml") else answer)
    return answer


def check_home(answer: str) -> str:
    """Return the folder of data, which can be written or created."""
    folder = Path(answer).expanduser()
    existing = next(each for each in (folder, *folder.absolute().parents) if each.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK):
        raise InputError(f"không ghi được vào {existing}")
    return str(folder)


def _database(answer: str, home: str, interview: Interview) -> str:
    """Return the address after connecting to it; empty for SQLite in the home."""
    from warehouse.db.engine import name_of, open_engine
    from warehouse.db.schema import check_is_ours

    is_server = not answer.startswith("sqlite") and answer != ""
    address = with_password(answer, interview) if is_server else answer
    default = sqlite_address(Path(home).absolute() / "rasoat.db")
    engine = open_engine(address or default, setting="Cơ sở dữ liệu")
    try:
        found = check_is_ours(engine)
        print(f"  Nối được {name_of(engine)}: {'còn trống' if found is None else f'phiên bản {found}'}")
    finally:
        engine.dispose()
    return "" if address == default else address


def _mail_server(answer: str, given: GivenAnswers, interview: Interview) -> str:
    """Return the address of the mail server after a log-in to it, unless that was declined."""
    from alerts.delivery import DeliveryError, check_server

    if answer.lower() in NO_ANSWER:
        return ""
    with _without_prefix("Biến môi trường RASOAT_SMTP_URL: "):
        mail_server(answer)
    address = with_password(answer, interview)
    server = mail_server(address)
    if server is None or given.skip_mail_test:
        return address
    if not interview.confirm(f"  Thử nối {server.host}:{server.port} (chưa gửi thư nào)?", default=True):
        return address
    try:
        print(f"  {check_server(server, None)}")
    except DeliveryError as error:
        raise InputError(str(error)) from None
    return address


@contextmanager
def _without_prefix(prefix: str) -> Iterator[None]:
    """Name a wrong setting once: the question does, too."""
    try:
        yield
    except SettingsError as error:
        raise InputError(str(error).removeprefix(prefix)) from None


def with_password(address: str, interview: Interview) -> str:
    """Return the address with the password that is asked for where it names a user alone."""
    scheme, separator, rest = address.partition("://")
    user, at, host = rest.rpartition("@")
    if not (separator and at and user) or ":" in user:
        return address
    password = interview.secret(f"  Mật khẩu của {user} (để trống: không có)")
    return f"{scheme}://{user}:{quote(password, safe='')}@{host}" if password else address


def write_files(texts: Mapping[Path, str], check: Callable[[Mapping[Path, Path]], object]) -> None:
    """Write these texts; `check` must understand the drafts, by the file that each becomes, before they do.

    Files whose name begins with a dot, which may hold secrets, are readable for their owner alone.

    Raises:
        SettingsError: it does not; nothing was replaced.
    """
    suffix = f".{secrets.token_hex(4)}.tmp"
    drafts = {file: file.with_name(file.name + suffix) for file in texts}
    try:
        for target, draft in drafts.items():
            draft.touch(mode=0o600 if target.name.startswith(".") else 0o644)
            draft.write_text(texts[target], encoding="utf-8")
        check(drafts)
        for target, draft in drafts.items():
            draft.replace(target)
    finally:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)


def _read_drafts(drafts: Mapping[Path, Path]) -> None:
    variables: dict[str, Any] = {"_env_file": drafts[ENV_FILE]}
    (settings,) = (draft for file, draft in drafts.items() if file != ENV_FILE)
    load_configuration(Environment(**variables).model_copy(update={"config": settings}))


def first_account(configuration: Configuration, given: GivenAnswers, interview: Interview) -> None:
    """Create the account that the options ask for, or offer one to the person where there is none yet."""
    from steps.office.accounts import add_user, list_users

    if given.admin is None and (not interview.attended or list_users(configuration)):
        return

    def create(name: str) -> str | None:
        if name.lower() in NO_ANSWER:
            return None
        password = given.admin_password
        if password is None:
            password = interview.secret("  Mật khẩu, ít nhất 12 ký tự")
            if interview.secret("  Nhập lại") != password:
                raise InputError("hai lần nhập mật khẩu không giống nhau")
        return add_user(configuration, name, Role.ADMIN, password)

    question = "Tài khoản quản trị đầu tiên của trang web (để trống: tạo sau bằng rasoat user add)"
    name = interview.ask(question, "admin", given.admin, create, default="")
    if name is not None:
        print(f"Đã tạo tài khoản {name} ({Role.ADMIN.value})")
