"""`rasoat init` by its options, and as a person answers it at a terminal."""

from __future__ import annotations

import os
import pty
import re
import select
import stat
import subprocess
import time
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from settings.environment import Environment
from settings.new_file import SettingsAnswers, environment_text, settings_text
from settings.reading import load_configuration
from steps.office.accounts import list_users
from tests.alerts.post import PASSWORD as MAIL_PASSWORD
from tests.alerts.post import USER, Post, Server
from tests.command import run
from tests.office import RASOAT
from tests.postgres import postgres, postgres_database  # noqa: F401 - the fixtures
from tests.review.desk import PASSWORD

HA_TINH = ("--department", "Sở Nội vụ tỉnh Hà Tĩnh", "--province", "H27")


def clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RASOAT_")}


def init(folder: Path, *arguments: str, typed: str = "", **environment: str) -> CompletedProcess[str]:
    return run(["init", *arguments], clean() | environment, folder, typed)


def environment_in(folder: Path) -> Environment:
    return Environment(_env_file=folder / ".env", config=folder / "rasoat.toml")


def test_two_options_are_enough_and_what_is_written_can_be_read(tmp_path: Path) -> None:
    done = init(tmp_path, *HA_TINH)
    assert done.returncode == 0, done.stderr
    office = load_configuration(environment_in(tmp_path))
    assert (office.department.name, office.department.province) == ("Sở Nội vụ tỉnh Hà Tĩnh", "H27")
    assert [(each.name, each.base_url, each.profile) for each in office.sources] == [
        ("national", "https://dichvucong.gov.vn", None),
        ("provincial", "https://dichvucong.hatinh.gov.vn", "portaldvc"),
    ]
    assert (office.alerts.recipients, office.mail) == ((), None)
    assert run(["doctor"], clean(), tmp_path).returncode == 0
    assert run(["status"], clean(), tmp_path).returncode == 0


def test_every_answer_is_an_option(tmp_path: Path) -> None:
    (tmp_path / "tinh.toml").write_text(
        '[list]\nurl = "/ds?page={page}"\nrows = "tr"\nlink = "a"\n[list.columns]\nname = "td"\n'
        '[detail]\nitems = "li"\nlabel = "b"\nvalue = "i"\n[detail.labels]\n"Mã" = "code"\n'
    )
    done = init(
        tmp_path,
        *("--department", 'Sở "A" \\ B', "--province", "h48", "--ministry", "G09", "--ministry", "G17"),
        *("--portal", "https://dvc.tinh.example/", "--profile", "tinh.toml", "--home", "du lieu"),
        *("--database-url", "sqlite:///kho.db", "--smtp-url", "smtp://lan:a%23'b@127.0.0.1:1"),
        *("--skip-mail-test", "--recipient", "a@so.example", "--recipient", "b@so.example"),
        *("--admin", "Lan", "--password-stdin"),
        typed=PASSWORD + "\n",
    )
    assert done.returncode == 0, done.stderr
    office = load_configuration(environment_in(tmp_path))
    assert office.department.name == 'Sở "A" \\ B'
    assert office.department.province == "H48"
    assert office.sources[0].departments == ("G09", "G17")
    assert (office.sources[1].base_url, office.sources[1].profile) == (
        "https://dvc.tinh.example",
        str(tmp_path / "tinh.toml"),
    )
    assert office.alerts.recipients == ("a@so.example", "b@so.example")
    assert office.mail is not None
    assert (office.mail.user, office.mail.password) == ("lan", "a#'b")
    listed = run(["user", "list"], clean(), tmp_path)
    assert listed.stdout.split() == ["admin", "lan"]
    assert (tmp_path / "kho.db").exists()


def test_secrets_are_for_the_owner_alone_and_stay_out_of_the_settings(tmp_path: Path) -> None:
    url = "smtp://lan:bi-mat-77@127.0.0.1:1"
    done = init(tmp_path, *HA_TINH, "--smtp-url", url, "--skip-mail-test", "--recipient", "a@b.example")
    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    assert "bi-mat-77" in (tmp_path / ".env").read_text()
    assert "bi-mat-77" not in (tmp_path / "rasoat.toml").read_text() + done.stdout + done.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == [".env", "rasoat.toml", "var"]


@pytest.mark.parametrize(
    "arguments, said",
    [
        ([], "--department: thiếu"),
        (["--department", "Sở"], "--province: thiếu"),
        (["--department", "Sở", "--province", "27"], "--province: giá trị '27' không hợp lệ, phải là chữ H"),
        ([*HA_TINH, "--portal", "tinh"], "--portal: phải là địa chỉ đầy đủ"),
        ([*HA_TINH, "--portal", "https://a.example"], "--profile: thiếu"),
        ([*HA_TINH, "--profile", "abc"], "--profile: không có khuôn 'abc'"),
        ([*HA_TINH, "--home", "/dev/null/x"], "--home: không ghi được vào /dev/null"),
        ([*HA_TINH, "--database-url", "mysql://a"], "--database-url: Cơ sở dữ liệu: chưa hỗ trợ"),
        ([*HA_TINH, "--database-url", "postgresql://a@127.0.0.1:1/b"], "--database-url: Kho dữ liệu"),
        (
            [*HA_TINH, "--smtp-url", "mail.example"],
            "--smtp-url: phải bắt đầu",
        ),
        ([*HA_TINH, "--smtp-url", "smtp://127.0.0.1:1"], "--smtp-url: 127.0.0.1:1: không kết nối được"),
        ([*HA_TINH, "--recipient", "vanphong"], "--recipient: 'vanphong' không phải một địa chỉ thư"),
        ([*HA_TINH, "--admin", "lan"], "--admin: cần thêm --password-stdin"),
        ([*HA_TINH, "--admin", "lan", "--password-stdin"], "Mật khẩu: cần từ 12"),
        ([*HA_TINH, "--admin", "hai từ", "--password-stdin"], "không có dấu cách"),
    ],
)
def test_without_a_terminal_a_bad_answer_is_one_line_and_nothing_is_written(
    tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = init(tmp_path, *arguments)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert said in done.stderr
    assert not (tmp_path / "rasoat.toml").exists()
    assert not (tmp_path / ".env").exists()


def test_nothing_is_overwritten_without_being_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rasoat.toml").write_text("# của tôi\n")
    (tmp_path / ".env").write_text("RASOAT_LOG=json\nRASOAT_HOME=cu\nKHAC=1\n")
    done = init(tmp_path, *HA_TINH)
    assert done.returncode == 2
    assert "rasoat.toml và .env đã có; thêm --overwrite" in done.stderr
    assert (tmp_path / "rasoat.toml").read_text() == "# của tôi\n"
    assert init(tmp_path, *HA_TINH, "--overwrite").returncode == 0
    assert "H27" in (tmp_path / "rasoat.toml").read_text()
    assert (tmp_path / ".env").read_text() == "RASOAT_LOG=json\nKHAC=1\nRASOAT_HOME=var\n"


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    subprocess.run(["python3", "-c", "import sqlite3; sqlite3.connect('x.db').execute('create table a(b)')"],
                   cwd=tmp_path, check=True)  # fmt: skip
    done = init(tmp_path, *HA_TINH, "--database-url", "sqlite:///x.db")
    assert done.returncode == 2
    assert "đã có bảng của chương trình khác" in done.stderr


def test_a_database_on_a_server_is_connected_to(
    tmp_path: Path,
    postgres_database: str,  # noqa: F811 - the fixture
) -> None:
    done = init(tmp_path, *HA_TINH, RASOAT_DATABASE_URL=postgres_database)
    assert done.returncode == 0, done.stderr
    assert "còn trống" in done.stdout
    office = load_configuration(environment_in(tmp_path))
    assert office.database_url == postgres_database
    assert list_users(office) == []


def test_the_settings_files_name_and_folder_may_be_others(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    done = init(tmp_path, *HA_TINH, RASOAT_CONFIG="etc/so.toml", RASOAT_HOME="kho")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "etc" / "so.toml").exists()
    assert (tmp_path / ".env").read_text().splitlines()[1:] == [
        "RASOAT_HOME=kho",
        "RASOAT_CONFIG=etc/so.toml",
    ]
    assert run(["doctor"], clean(), tmp_path).returncode == 0


@pytest.mark.parametrize("name", ['a"b', "a\\b", "a\x7fb", "ấ 💐 '", "# x = 1"])
def test_any_text_stays_what_it_was(name: str) -> None:
    text = settings_text(SettingsAnswers(department=name, province="H01"))
    assert tomllib.loads(text)["department"]["name"] == name


def test_each_line_of_the_settings_has_its_words_in_vietnamese() -> None:
    text = settings_text(
        SettingsAnswers(department="Sở", province="H01", portal="https://a", profile="igate")
    )
    assert len(re.findall(r"# .*[ăâđêôơưạảấầẩậắặẹẻếềểễệỉịọỏốồổộớờởợụủứừửữự]", text)) > 15
    assert max(map(len, text.splitlines())) < 125


def test_variables_of_others_stay_in_their_lines() -> None:
    kept = environment_text("# đầu\nexport A='1'\nRASOAT_HOME = cũ\n", {"RASOAT_HOME": "mới"})
    assert kept == "# đầu\nexport A='1'\nRASOAT_HOME=mới\n"


def at_a_terminal(folder: Path, answers: list[tuple[str, str]], *arguments: str) -> tuple[int, str]:
    """Answer each question, in this order, when its words stand on the screen; give exit code and screen."""
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        [str(RASOAT), "init", *arguments],
        **{"cwd": folder, "env": clean(), "stdin": theirs, "stdout": theirs, "stderr": theirs},
        start_new_session=True,
    )
    os.close(theirs)
    screen, seen, left = b"", 0, list(answers)
    give_up = time.monotonic() + 60
    try:
        while time.monotonic() < give_up:
            if not select.select([ours], [], [], 0.1)[0]:
                continue
            try:
                screen += os.read(ours, 4096)
            except OSError:  # the other side is closed
                break
            text = screen.decode(errors="replace")
            if left and (place := text.find(left[0][0], seen)) >= 0 and text.rstrip(" ").endswith(":"):
                seen = max(place, len(text))
                os.write(ours, left.pop(0)[1].encode() + b"\n")
        assert left == [], screen.decode(errors="replace")
        return running.wait(timeout=30), screen.decode()
    finally:
        running.kill()
        os.close(ours)


def test_a_person_is_asked_again_until_the_answer_is_good(tmp_path: Path) -> None:
    post = Post()
    server = Server(post)
    server.start()
    try:
        mail = f"127.0.0.1:{server.port}"
        code, screen = at_a_terminal(
            tmp_path,
            [
                ("Tên Sở", ""),
                ("Tên Sở", "Sở Nội vụ tỉnh Hà Tĩnh"),
                ("Mã định danh", "Hà Tĩnh"),
                ("Mã định danh", "h27"),
                ("Mã các bộ", ""),
                ("Địa chỉ cổng", ""),
                ("Khuôn đọc", "khac"),
                ("Khuôn đọc", ""),
                ("Thư mục", ""),
                ("Cơ sở dữ liệu", "postgresql://a:b@127.0.0.1:1/c"),
                ("Cơ sở dữ liệu", ""),
                ("Máy chủ gửi thư", f"smtp://{mail}"),
                ("Thử nối", "có lẽ"),
                ("Thử nối", ""),
                ("Nơi nhận thư", "lan, hoa@so.example"),
                ("Nơi nhận thư", "lan@so.example, hoa@so.example"),
                ("Tài khoản quản trị", "lan"),
                ("Mật khẩu", "ngắn"),
                ("Nhập lại", "ngắn"),
                ("Tài khoản quản trị", "lan"),
                ("Mật khẩu", PASSWORD),
                ("Nhập lại", PASSWORD),
            ],
        )
    finally:
        server.stop()
    assert code == 0, screen
    assert screen.count("Chưa được: ") == 7
    assert "trả lời, không mã hóa" in screen
    assert PASSWORD not in screen
    office = load_configuration(environment_in(tmp_path))
    assert office.alerts.recipients == ("lan@so.example", "hoa@so.example")
    assert office.sources[1].profile == "portaldvc"


def test_a_person_s_password_for_mail_is_typed_unseen_and_no_is_an_answer(tmp_path: Path) -> None:
    (tmp_path / "rasoat.toml").write_text("")
    code, screen = at_a_terminal(tmp_path, [("Ghi đè?", "")], *HA_TINH)
    assert (code, "giữ nguyên, chưa ghi gì" in screen) == (2, True), screen
    code, screen = at_a_terminal(
        tmp_path,
        [
            ("Ghi đè?", "c"),
            ("Mã các bộ", "G09, G17"),
            ("Địa chỉ cổng", "không"),
            ("Thư mục", "kho"),
            ("Cơ sở dữ liệu", ""),
            ("Máy chủ gửi thư", "smtp://lan@so.example@127.0.0.1:1"),
            ("Mật khẩu", MAIL_PASSWORD),
            ("Thử nối", "k"),
            ("Nơi nhận thư", ""),
            ("Tài khoản quản trị", ""),
        ],
        *HA_TINH,
    )
    assert code == 0, screen
    assert MAIL_PASSWORD not in screen
    office = load_configuration(environment_in(tmp_path))
    assert [each.name for each in office.sources] == ["national"]
    assert office.mail is not None
    assert (office.mail.user, office.mail.password) == ("lan@so.example", MAIL_PASSWORD)
    assert USER not in screen


def test_whoever_leaves_before_the_end_has_written_nothing(tmp_path: Path) -> None:
    code, screen = at_a_terminal(tmp_path, [("Tên Sở", "Sở"), ("Mã định danh", "\x04")])
    assert code == 1, screen
    assert list(tmp_path.iterdir()) == []
