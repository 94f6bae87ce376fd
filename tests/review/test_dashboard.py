"""The dashboard and the run book speak of figures that the site has, and of all of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from settings.configuration import Configuration
from steps.nights.reporting.metrics import metrics

ROOT = Path(__file__).parents[2]
BOARD = json.loads((ROOT / "deploy" / "grafana.json").read_text(encoding="utf-8"))
FIGURE = re.compile(r"\brasoat_[a-z_]+\b")


def known(office: Configuration) -> dict[str, set[str]]:
    """Each figure, and the labels that its values have."""
    families = text_string_to_metric_families(metrics(office).decode())
    return {each.name: {label for sample in each.samples for label in sample.labels} for each in families}


def test_the_dashboard_asks_for_every_figure_and_no_other(office: Configuration) -> None:
    asked = {
        name for panel in BOARD["panels"] for t in panel["targets"] for name in FIGURE.findall(t["expr"])
    }
    assert asked == set(known(office))


def test_legends_name_labels_that_the_figures_have(office: Configuration) -> None:
    labels = known(office) | {"rasoat_night_step_seconds": {"office", "step", "source"}}
    for panel in BOARD["panels"]:
        for each in panel["targets"]:
            names = [name for name in FIGURE.findall(each["expr"]) if labels[name]]
            for label in re.findall(r"\{\{(\w+)\}\}", each["legendFormat"]):
                assert all(label in labels[name] for name in names), panel["title"]


def test_panels_have_a_place_of_their_own() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in BOARD["panels"]:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken
        assert at["x"] + at["w"] <= 24
        taken |= cells
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"])


def test_the_run_book_names_every_figure_and_no_other(office: Configuration) -> None:
    book = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert set(FIGURE.findall(book)) == set(known(office))
