"""A night with Scrapy, and csv-diff beside the night before: `python -m benchmarks.rivals.with_scrapy`.

The spider follows the list by its cursor and writes every record into JSON lines; csv-diff compares the rows
(`row_of`) of the two nights. There is no database and no list of the department's. Prints what was found as
JSON. With `--received` nothing is asked: csv-diff compares the records of both nights as they were sent.
"""

from __future__ import annotations

import argparse
import io
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from benchmarks.rivals.record_row import DETAIL, LIST, list_body, row_of


def crawl(portal: str, lines: Path, page: int, rate: float, threads: int) -> None:
    """Write every record of the portal to `lines`."""
    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import JsonRequest

    class Procedures(scrapy.Spider):
        name = "procedures"

        async def start(self) -> AsyncIterator[Any]:
            yield scrapy.Request(f"{portal}/", callback=self.begin)

        def begin(self, _response: Any) -> Iterator[Any]:
            yield self.ask_list("")

        def ask_list(self, cursor: str) -> Any:
            return JsonRequest(f"{portal}{LIST}", data=list_body(page, cursor), callback=self.read_list)

        def read_list(self, response: Any) -> Iterator[Any]:
            data = response.json()["data"]
            if data["lastId"]:
                yield self.ask_list(data["lastId"])
            for item in data["items"]:
                yield JsonRequest(f"{portal}{DETAIL}", data={"id": item["id"]}, callback=self.read_record)

        def read_record(self, response: Any) -> Iterator[Any]:
            yield response.json()["data"]

    process = CrawlerProcess(
        {
            "FEEDS": {str(lines): {"format": "jsonlines", "encoding": "utf-8", "overwrite": True}},
            "CONCURRENT_REQUESTS": threads,
            "CONCURRENT_REQUESTS_PER_DOMAIN": threads,
            "DOWNLOAD_DELAY": 1 / rate,
            "RANDOMIZE_DOWNLOAD_DELAY": False,
            "ROBOTSTXT_OBEY": True,
            "LOG_LEVEL": "ERROR",
            "TELNETCONSOLE_ENABLED": False,
        }
    )
    process.crawl(Procedures)
    process.start()


def compare(before: Path, after: Path, *, received: bool) -> dict[str, list[str]]:
    """Return the codes that csv-diff finds changed, come and gone."""
    import csv_diff

    sides = [_loaded(path, received=received) for path in (before, after)]
    found = csv_diff.compare(*sides)
    return {
        "changed": sorted(str(each["key"]) for each in found["changed"]),
        "added": sorted(str(row["code"]) for row in found["added"]),
        "removed": sorted(str(row["code"]) for row in found["removed"]),
    }


def _loaded(path: Path, *, received: bool) -> dict[str, dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        if not received:
            return {row["code"]: row for row in (row_of(json.loads(line)) for line in lines)}
        from csv_diff import load_json

        return load_json(io.StringIO(f"[{','.join(lines)}]"), key="code")


def main() -> None:
    """Carry out one night."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--portal", required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--night", type=int, required=True)
    parser.add_argument("--page", type=int, required=True)
    parser.add_argument("--rate", type=float, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--received", action="store_true")
    asked = parser.parse_args()
    lines = [asked.folder / f"night-{number}.jsonl" for number in range(asked.night + 1)]
    if not asked.received:
        crawl(asked.portal, lines[-1], asked.page, asked.rate, asked.threads)
    found = compare(*lines[-2:], received=asked.received) if asked.night else {}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
