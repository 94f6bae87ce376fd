"""Makes the pictures of the review site, for README and the guide, from what `make demo` left behind.

python -m tests.review.screenshots [HOME]
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from procedures.office.accounts import Role
from review.serve import serving
from settings.environment import Environment
from settings.reading import load_configuration
from steps.office.accounts import add_user
from tests.machine import find_program

ROOT = Path(__file__).parents[2]
DOCS, GUIDE = ROOT / "docs", ROOT / "review" / "guide" / "text" / "hinh"

PICTURES = {
    DOCS / "trang-dau.png": "/",
    DOCS / "mot-sai-lech.png": "/findings/17",
    GUIDE / "trang-dau.png": "/",
    GUIDE / "bang-sai-lech.png": "/findings",
    GUIDE / "mot-sai-lech.png": "/findings/17",
    GUIDE / "quyet-dinh.png": "/decisions/627%2FQĐ-BNV",
}
"""Where each picture lies, and what it shows."""


def main(home: Path) -> int:
    """Write the pictures; the demo's own warehouse stays as it is."""
    with tempfile.TemporaryDirectory(prefix="rasoat-") as folder:
        copy = Path(folder) / "demo"
        shutil.copytree(home, copy)
        office = load_configuration(
            Environment(home=copy, config=copy / "rasoat.toml", database_url=None, _env_file=None)
        )
        password = secrets.token_urlsafe(12)
        add_user(office, "lan", Role.ANALYST, password)
        with serving(office) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=find_program("chromium"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1366, "height": 768})
            page.goto(f"{address}/login")
            page.fill("[name=username]", "lan")
            page.fill("[name=password]", password)
            page.keyboard.press("Enter")
            page.wait_for_url(f"{address}/")
            for file, path in PICTURES.items():
                page.goto(address + path)
                page.screenshot(path=file)
                print(file)
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else "var/demo")))
