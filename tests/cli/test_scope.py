"""What a person excluded stays silent, everywhere, until it is taken back."""

from __future__ import annotations

import json

from tests.office import NIGHTS, Office

BY = ("--by", "Nguyễn Thị Lan")


def about(office: Office, code: str) -> list[str]:
    return [row["kind"] for row in office.rows("v_finding", code=code) if row["status"] != "resolved"]


def test_an_excluded_code_has_no_findings_until_it_is_included_again(office: Office) -> None:
    office.first_nights()
    (first, *_) = office.rows("v_finding", kind="new_from_ministry")
    code = first["code"]
    done = office.rasoat("scope", "exclude", "--code", code, *BY, "--reason", "việc của Sở khác")
    assert (done.returncode, done.stderr) == (0, "")
    office.night(NIGHTS[1])
    assert about(office, code) == []
    (row,) = json.loads(office.rasoat("scope", "list", "--json").stdout)
    assert (row["code"], row["actor"], row["reason"]) == (code, BY[1], "việc của Sở khác")
    assert code in office.rasoat("scope", "list").stdout
    assert office.rasoat("scope", "include", "--code", code, *BY).returncode == 0
    office.night(NIGHTS[2])
    assert about(office, code) == ["new_from_ministry"]
    mistyped = office.rasoat(
        "scope", "exclude", "--field", "Văn thư và Lưu trử nhà nước", *BY, "--reason", "x"
    )
    assert (mistyped.returncode, "gần giống: Văn thư và Lưu trữ nhà nước" in mistyped.stderr) == (0, True)


def test_scope_names_what_is_wrong_with_its_use(office: Office) -> None:
    for arguments, words in (
        (("exclude", *BY, "--reason", "x"), "--code, --agency, --field"),
        (("exclude", "--code", "12", *BY, "--reason", "x"), "12"),
        (("exclude", "--code", "1.012299", *BY, "--reason", " "), "--reason"),
        (("include", "--field", "Hội", *BY), "Hội"),
    ):
        done = office.rasoat("scope", *arguments)
        assert done.returncode == 2
        assert words in done.stderr
        assert "Traceback" not in done.stderr
