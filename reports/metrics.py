"""Figures for a monitoring system, in the text format of Prometheus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
"""Content type of `metrics_text`."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """A figure: its name, what it says in English, and its values by the values of `labels`."""

    name: str
    help: str
    labels: Sequence[str]
    values: Mapping[tuple[str, ...], float]


def metrics_text(gauges: Iterable[Gauge], office: str) -> bytes:
    """Return the figures as text; each carries the label `office`, so that files of several can be joined."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Given([_family(gauge, office) for gauge in gauges]))
    return generate_latest(registry)


class _Given(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        return iter(self._families)


def _family(gauge: Gauge, office: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(gauge.name, gauge.help, labels=["office", *gauge.labels])
    for values, number in gauge.values.items():
        family.add_metric([office, *values], number)
    return family
