"""The review site on loopback, and Debian's Chromium to look at it with."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from portals.scenario import Scenario
from review.serve import serving
from settings.configuration import Configuration
from steps.database import engine_of
from steps.office.accounts import add_user
from tests.addresses import bundled
from tests.machine import end_without, find_program
from tests.office import Office
from tests.review.desk import PASSWORD, PEOPLE, Visitor, configuration, fill


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a morning's work in its warehouse, to copy from."""
    home = tmp_path_factory.mktemp("filled")
    office = configuration(home)
    fill(office)
    engine_of(office).dispose()  # so that all of it stands in the one file
    return home


@pytest.fixture
def office(filled: Path, tmp_path: Path) -> Configuration:
    """An office of one's own."""
    home = tmp_path / "var"
    home.mkdir()
    shutil.copy(filled / "rasoat.db", home)
    return configuration(home)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Configuration:
    """An office on the morning after the demo's two nights, with people; its portals are gone."""
    with bundled(Scenario.load()) as portals:
        office = Office(tmp_path_factory.mktemp("demo"), portals)
        office.first_nights(2)
    for name, role in PEOPLE.items():
        add_user(office.configuration, name, role, PASSWORD)
    return office.configuration


@pytest.fixture
def site(office: Configuration) -> Iterator[str]:
    """The site's address."""
    with serving(office) as address:
        yield address


@pytest.fixture
def visitor(site: str) -> Iterator[Visitor]:
    """Somebody who has not signed in."""
    with Visitor(site) as one:
        yield one


@pytest.fixture
def lan(visitor: Visitor) -> Visitor:
    """An analyst who has."""
    assert visitor.sign_in("lan").status_code == 303
    return visitor


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser, started by the first test that asks for it."""
    program = find_program("chromium")
    if program is None:
        end_without("Chromium is missing on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Opens a window; at the end nothing must have been asked of another machine, nor any script have run."""
    asked: list[str] = []
    troubles: list[str] = []
    with ExitStack() as stack:

        def opened(*, width: int = 1366, height: int = 768, javascript: bool = True) -> Page:
            context: BrowserContext = chromium.new_context(
                base_url=site,
                viewport={"width": width, "height": height},
                java_script_enabled=javascript,
                locale="vi-VN",
            )
            stack.callback(context.close)
            context.set_default_timeout(10_000)
            context.on("request", lambda request: asked.append(request.url))
            page = context.new_page()
            page.on("dialog", lambda dialog: troubles.append(dialog.message))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            return page

        yield opened
    assert {urlsplit(url).hostname for url in asked} <= {"127.0.0.1"}
    assert troubles == []


def sign_in(page: Page, name: str = "lan") -> None:
    """Log in as people do."""
    page.goto("/login")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/")
