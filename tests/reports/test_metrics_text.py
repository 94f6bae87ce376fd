"""The text of figures is what Prometheus reads."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

from reports.metrics import CONTENT_TYPE, Gauge, metrics_text


def test_what_is_written_is_read_back_whatever_the_labels_hold() -> None:
    name = 'Sở "Nội vụ" \\ tỉnh\nHà Tĩnh'
    gauges = [
        Gauge("rasoat_a", 'Says "a"\nand more.', ("source",), {("x\\y",): 1.5, ('"',): 0}),
        Gauge("rasoat_b", "Says b.", (), {(): 1_795_000_000.25}),
        Gauge("rasoat_c", "Says nothing yet.", (), {}),
    ]
    text = metrics_text(gauges, name).decode()
    families = {each.name: each for each in text_string_to_metric_families(text)}
    assert list(families) == ["rasoat_a", "rasoat_b", "rasoat_c"]
    assert {each.type for each in families.values()} == {"gauge"}
    assert [(each.labels, each.value) for each in families["rasoat_a"].samples] == [
        ({"office": name, "source": "x\\y"}, 1.5),
        ({"office": name, "source": '"'}, 0),
    ]
    assert families["rasoat_b"].samples[0].value == 1_795_000_000.25
    assert families["rasoat_c"].samples == []
    assert text.endswith("\n")
    assert CONTENT_TYPE.startswith("text/plain; version=0.0.4")
