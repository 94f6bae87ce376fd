"""Suites run over a batch with Great Expectations, quietly.

The library costs seconds and some 150 MiB to import, so it is imported here, inside the function, and only
when a gate really runs. The context is ephemeral: no file is written, nothing is sent, nothing is printed.
"""

from __future__ import annotations

import logging
import math
import os
import threading
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

from validations.deferred_libraries import lean_imports
from validations.gate import Batch, Expectation, ExpectationOutcome

EXAMPLES: Final = 5
"""Failing rows that are stored as examples."""

EXAMPLE_LENGTH: Final = 120
"""Characters of an example's value."""

MOST_JUDGED: Final = 32
"""Batches whose outcomes a process remembers."""

_judged: dict[str, tuple[ExpectationOutcome, ...]] = {}
"""Outcomes by the fingerprint of suite and batch, the oldest first; none with a fault of the library."""

_RUN_LOCK = threading.Lock()
"""The library keeps a current context, and Python's warning filters are global: one gate at a time."""


def run_suite(
    suite: str, expectations: Sequence[Expectation], batch: Batch, fingerprint: str | None = None
) -> tuple[ExpectationOutcome, ...]:
    """Judge every expectation of `suite` over `batch`, in the order of the suite.

    With the `fingerprint` of suite and batch (`gate.fingerprint_of`), what this process judged lately is not
    judged again: a step that is tried once more, or two nights over the same list.
    """
    with _RUN_LOCK:
        if fingerprint in _judged:
            return _judged[fingerprint]
        with _quiet():
            results = _results(suite, expectations, batch)
        outcomes = tuple(_outcome(suite, e, results[e.name], batch) for e in expectations)
        if fingerprint is not None and not any("error" in each.observed for each in outcomes):
            while len(_judged) >= MOST_JUDGED:
                del _judged[next(iter(_judged))]
            _judged[fingerprint] = outcomes
    return outcomes


@contextmanager
def _quiet() -> Iterator[None]:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")  # older versions read it before a context
    logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _results(suite: str, expectations: Sequence[Expectation], batch: Batch) -> dict[str, Any]:
    """Return the library's results by the expectations' names.

    Which rows failed is asked of those only that some did: that takes it half as long again as the judging.
    """
    with lean_imports():
        import great_expectations as gx
        import great_expectations.expectations as rules

    sources = _context().data_sources
    asset = sources.add_pandas("gate").add_dataframe_asset(suite)
    table = asset.get_batch(asset.build_batch_request(options={"dataframe": _frame(batch)}))

    def judge(asked: Sequence[Expectation], result_format: str) -> dict[str, Any]:
        validated = table.validate(
            gx.ExpectationSuite(name=suite, expectations=[_build(rules, e) for e in asked]),
            result_format={"result_format": result_format, "return_unexpected_index_query": False},
        )
        return {result.expectation_config.meta["name"]: result for result in validated.results}

    results = judge(expectations, "BASIC")
    failing = [each for each in expectations if results[each.name].result.get("unexpected_count")]
    if failing:
        results |= judge(failing, "COMPLETE")
    sources.delete("gate")
    return results


def _context() -> Any:
    import great_expectations as gx
    from great_expectations.data_context.types import base

    return gx.get_context(
        mode="ephemeral",
        project_config=base.DataContextConfig(
            store_backend_defaults=base.InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
            progress_bars=base.ProgressBarsConfig(globally=False),
            analytics_enabled=False,
        ),
    )


def _build(rules: Any, expectation: Expectation) -> Any:
    column = {} if expectation.column is None else {"column": expectation.column}
    return getattr(rules, expectation.rule)(**column, **expectation.kwargs, meta={"name": expectation.name})


def _frame(batch: Batch) -> Any:
    import pandas

    columns: dict[str, Any] = {
        name: pandas.Series(list(values), dtype=object) for name, values in batch.texts.items()
    }
    columns |= {name: pandas.Series(list(values), dtype="float64") for name, values in batch.numbers.items()}
    return pandas.DataFrame(columns, index=pandas.RangeIndex(len(batch.keys)))


def _outcome(suite: str, expectation: Expectation, result: Any, batch: Batch) -> ExpectationOutcome:
    rows = tuple(result.result.get("unexpected_index_list") or ())
    return ExpectationOutcome(
        suite=suite,
        expectation=expectation.name,
        severity=expectation.severity,
        success=bool(result.success),
        observed=_observed(expectation, result, batch, rows),
        failing_keys=tuple(batch.keys[row] for row in rows),
    )


def _observed(expectation: Expectation, result: Any, batch: Batch, rows: Sequence[int]) -> Mapping[str, Any]:
    values = result.result
    if not values:
        return {"error": _error(result.exception_info)}
    if "unexpected_count" not in values:
        return {"value": json_value(values.get("observed_value"))}
    judged = values["element_count"] - (values.get("missing_count") or 0)
    unexpected = values["unexpected_count"]
    return {
        "rows": judged,
        "unexpected": unexpected,
        "share": round(1 - unexpected / judged, 6) if judged else None,
        "examples": [
            {"key": batch.keys[row], "value": json_value(batch.at(expectation.column, row))}
            for row in rows[:EXAMPLES]
        ],
    }


def json_value(value: Any) -> Any:
    """Return a value that any JSON reader takes: texts cut short, whole numbers whole, no infinities."""
    if isinstance(value, str):
        return value if len(value) <= EXAMPLE_LENGTH else value[: EXAMPLE_LENGTH - 1] + "…"
    if value is None or isinstance(value, bool):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None if math.isnan(number) else str(number)
    return int(number) if number.is_integer() else number


def _error(information: Mapping[str, Any]) -> str:
    """Return the first message in what the library stored of its own exceptions."""
    for entry in (information, *(e for e in information.values() if isinstance(e, Mapping))):
        if entry.get("raised_exception"):
            return str(entry.get("exception_message")).splitlines()[0]
    return "không rõ"
