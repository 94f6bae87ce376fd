"""Makes one PDF of the guide: python docs/booklet.py OUT.pdf (see `make docs`)."""

from __future__ import annotations

import re
import sys
from importlib import resources
from pathlib import Path

from weasyprint import HTML

from review.guide.chapters import CHAPTERS, chapter

STYLE = """
@page { size: A4; margin: 22mm 18mm; @bottom-center { content: counter(page); font-size: 9pt; } }
body { font: 11pt/1.45 "DejaVu Sans", sans-serif; }
section { break-before: page; }
h1 { bookmark-level: 1; }
h2 { bookmark-level: 2; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #999; padding: 3pt 5pt; text-align: left; }
tr, img, pre { break-inside: avoid; }
img { max-width: 100%; border: 1px solid #999; }
pre, code { font-size: 9.5pt; }
pre { white-space: pre-wrap; background: #f3f5f7; padding: 6pt; }
"""


def main(out: Path) -> int:
    """Write the chapters one after another, their links kept within the book."""
    parts = "".join(f'<section id="{name}">{_within(name)}</section>' for name in CHAPTERS)
    page = (
        f'<html lang="vi"><head><title>rasoat: hướng dẫn</title><style>{STYLE}</style></head>{parts}</html>'
    )
    with resources.as_file(resources.files("review.guide") / "text") as folder:
        HTML(string=page, base_url=f"{folder}/").write_pdf(out)
    print(out)
    return 0


def _within(name: str) -> str:
    """Return a chapter's HTML with anchors that are unique in the book."""
    html = chapter(name).html.replace('src="/help/', 'src="')
    html = re.sub(r'id="([^"]+)"', rf'id="{name}-\1"', html)
    return re.sub(r'href="/help/([a-z-]+)(?:#([^"]+))?"', _link, html)


def _link(found: re.Match[str]) -> str:
    return f'href="#{found[1]}-{found[2]}"' if found[2] else f'href="#{found[1]}"'


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
