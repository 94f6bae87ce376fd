"""The models of the settings are the configuration: what they mean is the same wherever they came from."""

from __future__ import annotations

import json
import pickle
from datetime import datetime, time
from pathlib import Path

import pytest
from pydantic import TypeAdapter, ValidationError

from procedures.snapshot import ReadingPlan
from settings.alerts import AlertSettings
from settings.configuration import Configuration
from settings.environment import Environment
from settings.reading import load_configuration
from settings.sources import SourceSettings
from steps.sources.recorded_inputs import Told

TOML = """
[department]
night = "22:00-05:30"
[sources.national]
kind = "national-api"
base_url = "https://dichvucong.gov.vn/"
proxy = "http://lan:bi-mat@proxy.example:3128"
expect = { min = 100 }
share = "../chung"
[sources.tinh]
kind = "html"
role = "provincial"
base_url = "https://dichvucong.hatinh.gov.vn"
profile = "ho-so/tinh.toml"
ca_file = "/etc/ssl/cong.pem"
window = "10:00-11:30"
[sources.provincial]
kind = "html"
base_url = "https://dichvucong.hatinh.gov.vn"
profile = "portaldvc"
[alerts]
templates = "thu"
quiet_hours = "18:00-07:00"
[reports]
criteria = "tieu-chi.toml"
"""


@pytest.fixture
def office(tmp_path: Path) -> Configuration:
    file = tmp_path / "rasoat.toml"
    file.write_text(TOML, encoding="utf-8")
    return load_configuration(
        Environment(
            home=tmp_path / "var",
            config=file,
            database_url="postgresql+psycopg://lan:bi-mat@host/rasoat",
            smtp_url="smtp://lan:bi-mat@mail.example",
            notify_urls="json://lan:bi-mat@host",
            secret_key="bi-mat" * 6,
            _env_file=None,
        )
    )


def test_paths_are_beside_the_file_unless_they_are_whole(office: Configuration, tmp_path: Path) -> None:
    national, tinh, provincial = office.sources
    assert national.share == tmp_path / "../chung"
    assert tinh.ca_file == Path("/etc/ssl/cong.pem")
    assert (tinh.profile, provincial.profile) == (str(tmp_path / "ho-so/tinh.toml"), "portaldvc")
    assert (office.alerts.templates, office.papers.criteria) == (
        tmp_path / "thu",
        tmp_path / "tieu-chi.toml",
    )


def test_the_name_of_a_table_says_the_role_and_the_departments_night_is_the_window(
    office: Configuration,
) -> None:
    assert [source.role for source in office.sources] == ["national", "provincial", "provincial"]
    night = (time(22), time(5, 30))
    assert [source.window for source in office.sources] == [night, (time(10), time(11, 30)), night]


def test_no_secret_stands_in_what_is_printed_of_the_settings(office: Configuration) -> None:
    assert "bi-mat" not in repr(office) + str(office)
    with pytest.raises(ValidationError) as wrong:
        office.replace(home=5)
    assert "bi-mat" not in str(wrong.value)


def test_settings_are_values(office: Configuration) -> None:
    again = pickle.loads(pickle.dumps(office))
    assert again == office
    assert hash(again) == hash(office)
    with pytest.raises(ValidationError):
        office.home = Path()


def test_other_settings_are_checked_like_those_that_are_read(office: Configuration) -> None:
    assert office.replace(purpose="demo").purpose == "demo"
    for wrong in ({"purpsoe": "demo"}, {"alerts": {"recipients": ["x"]}}):
        with pytest.raises(ValidationError):
            office.replace(**wrong)


def test_what_is_set_of_an_expectation_is_known_after_the_source_was_changed(office: Configuration) -> None:
    (national, *_) = office.sources
    learnt = national.replace(proxy=None).expect.with_learned_range((240, 360))
    assert (learnt.min, learnt.max) == (100, 360)


def test_hours_are_one_text_in_toml() -> None:
    with pytest.raises(ValidationError, match="viết như"):
        AlertSettings.model_validate({"quiet_hours": [time(18), time(7)]})


def test_the_settings_that_a_reader_was_told_are_read_again(office: Configuration) -> None:
    told = TypeAdapter(Told)
    for source in office.sources:
        before = Told(source, ReadingPlan(as_of=datetime(2026, 11, 23)))
        assert told.validate_json(told.dump_json(before)) == before


def test_a_night_recorded_by_an_earlier_version_is_read_as_it_was(office: Configuration) -> None:
    """It knew neither robots.txt nor hours, and listed what was set of its expectation."""
    kept = json.loads(
        TypeAdapter(Told).dump_json(Told(office.sources[0], ReadingPlan(as_of=datetime(2026, 11, 23))))
    )
    for unknown in ("robots", "window", "cool_down", "share", "proxy"):
        del kept["settings"][unknown]
    kept["settings"]["expect"]["stated"] = ["min"]
    settings: SourceSettings = TypeAdapter(Told).validate_json(json.dumps(kept)).settings
    assert (settings.robots, settings.window, settings.expect.min) == (False, None, 100)
