"""The page of a night: each gate's expectations, observations and consequences. A single file, no scripts.

Everything from a portal passes through `html.escape`; styles and drawings are in the page itself, so that
it can be mailed or stored as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

from procedures.wording.gates import SHARE_EXPECTATIONS, SUITES, expectation_text, gate_consequence
from procedures.wording.words import RUN_STATES, SEVERITIES, SNAPSHOT_STATES, count, excerpt

MAX_SHOWN = 200
"""Most records in quarantine that the page lists."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateCheck:
    """One expectation of one suite.

    `trend` is its number in the last nights, the oldest first; None: not judged. `judged_run` is earlier
    than the page's run where nothing had changed since. `observed` is as in `v_validation`.
    """

    suite: str
    expectation: str
    severity: str
    success: bool
    judged_run: int
    observed: Mapping[str, Any] = field(default_factory=dict)
    trend: Sequence[float | None] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNight:
    """One source's night; `quarantine` are rows of `v_quarantine`. The warehouse itself has no state.

    `title` is what people call the source, never its name in the settings.
    """

    title: str
    state: str | None = None
    reason: str | None = None
    procedures: int | None = None
    checks: Sequence[GateCheck] = ()
    quarantine: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPage:
    """Everything that the page of run `run_id` shows; `as_of` is local, `tidied`: what went after it."""

    run_id: int
    department: str
    status: str
    as_of: datetime
    sources: Sequence[SourceNight] = ()
    tidied: Sequence[str] = ()


def write_night(path: Path, page: NightPage) -> None:
    """Write the page of a night to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.tmp")
    draft.write_text(night_html(page), encoding="utf-8")
    draft.replace(path)


def night_html(page: NightPage) -> str:
    """Return the page as HTML."""
    title = f"Kiểm tra dữ liệu — lần chạy {page.run_id}, {page.as_of:%H:%M ngày %d/%m/%Y}"
    return (
        f'<!doctype html>\n<html lang="vi"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head><body>\n"
        f"<p>{escape(page.department)}</p><h1>{escape(title)}</h1>\n{_headline(page)}\n"
        + "\n".join(_source(page, source) for source in page.sources)
        + _tidied(page)
        + "\n</body></html>\n"
    )


def _tidied(page: NightPage) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in page.tidied)
    return f"\n<h2>Đã dọn</h2><ul>{items}</ul>" if items else ""


def night_text(page: NightPage) -> str:
    """Return the same for a terminal: one line per expectation, with examples where it was not met."""
    lines = [
        f"Lần chạy {page.run_id} — {RUN_STATES.get(page.status, page.status)} — {page.as_of:%H:%M %d/%m/%Y}"
    ]
    for source in page.sources:
        lines += ["", _source_title(source)]
        for suite, checks in _by_suite(source.checks):
            lines.append(f"  {SUITES.get(suite, suite)}{_since(page, checks)}")
            for check in checks:
                mark = "đạt" if check.success else "KHÔNG ĐẠT"
                spark = text_sparkline(check.trend)
                weight = SEVERITIES.get(check.severity, check.severity)
                outcome = f"{expectation_text(check.expectation)} — {observed_words(check)}"
                lines.append(f"    {mark:9} {weight:12} {outcome}  {spark}".rstrip())
                if not check.success:
                    lines.append(f"      Hệ quả: {gate_consequence(check.suite, check.severity)}")
                    lines += [f"      ví dụ: {example}" for example in _examples(check)]
        if source.quarantine:
            lines.append(f"  {count(len(source.quarantine))} bản ghi chờ kiểm tra: rasoat quarantine list")
    if page.tidied:
        lines += ["", "Đã dọn", *(f"  {line}" for line in page.tidied)]
    return "\n".join(lines) + "\n"


def observed_words(check: GateCheck) -> str:
    """Return in a few words what was observed."""
    observed = check.observed
    if "error" in observed:
        return f"không kiểm tra được: {observed['error']}"
    if "rule" in observed:
        return f"quy tắc {expectation_text(observed['rule'])!r} loại {_percent(observed.get('value'))}"
    if "unexpected" in observed:
        return f"{count(observed['unexpected'])} trên {count(observed['rows'])} dòng không đạt"
    value = observed.get("value")
    if check.expectation in SHARE_EXPECTATIONS:
        return _percent(value)
    return _number(value) if isinstance(value, int | float) else str(value if value is not None else "…")


def trend_value(observed: Mapping[str, Any]) -> float | None:
    """Return the number of an outcome that a trend follows."""
    value = observed.get("unexpected", observed.get("value"))
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def text_sparkline(trend: Sequence[float | None]) -> str:
    """Draw a trend in characters of eight heights, "·" where nothing was judged; empty for a flat one."""
    known = [value for value in trend if value is not None]
    if len(known) < 2 or min(known) == max(known):
        return ""
    low, high = min(known), max(known)
    marks = "▁▂▃▄▅▆▇█"
    return "".join(
        "·" if value is None else marks[round((value - low) / (high - low) * 7)] for value in trend
    )


def _headline(page: NightPage) -> str:
    checks = [check for source in page.sources for check in source.checks]
    failed = [check for check in checks if not check.success]
    quarantined = sum(len(source.quarantine) for source in page.sources)
    summary = (
        f"{RUN_STATES.get(page.status, page.status)}. {count(len(checks))} yêu cầu được kiểm tra, "
        f"{count(len(failed))} không đạt; {count(quarantined)} bản ghi chờ kiểm tra."
    )
    return f'<p class="headline">{escape(summary)}</p>'


def _source(page: NightPage, source: SourceNight) -> str:
    parts = [f"<section><h2>{escape(_source_title(source))}</h2>"]
    if source.reason:
        parts.append(f'<p class="reason">{escape(source.reason)}</p>')
    for suite, checks in _by_suite(source.checks):
        parts.append(f"<h3>{escape(SUITES.get(suite, suite) + _since(page, checks))}</h3>{_table(checks)}")
    if source.quarantine:
        parts.append(_quarantine(source.quarantine))
    return "".join(parts) + "</section>"


def _source_title(source: SourceNight) -> str:
    if source.state is None:
        return source.title
    number = "" if source.procedures is None else f", {count(source.procedures)} thủ tục"
    return f"{source.title}: {SNAPSHOT_STATES.get(source.state, source.state)}{number}"


def _by_suite(checks: Iterable[GateCheck]) -> list[tuple[str, list[GateCheck]]]:
    suites: dict[str, list[GateCheck]] = {}
    for check in checks:
        suites.setdefault(check.suite, []).append(check)
    order = list(SUITES)
    return sorted(suites.items(), key=lambda item: order.index(item[0]) if item[0] in order else len(order))


def _since(page: NightPage, checks: Sequence[GateCheck]) -> str:
    judged = min(check.judged_run for check in checks)
    return "" if judged == page.run_id else f" (không khác lần chạy {judged}, kết quả khi đó vẫn đúng)"


def _table(checks: Sequence[GateCheck]) -> str:
    headings = ("Yêu cầu", "Mức độ", "Kết quả", "Quan sát được", "Các đêm gần đây", "Hệ quả")
    rows = "".join(_row(check) for check in checks)
    return f"<table><tr>{''.join(f'<th>{escape(each)}</th>' for each in headings)}</tr>{rows}</table>"


def _row(check: GateCheck) -> str:
    examples = "".join(f"<li>{escape(each)}</li>" for each in _examples(check))
    observation = escape(observed_words(check)) + (f"<ul>{examples}</ul>" if examples else "")
    result = "" if check.success else gate_consequence(check.suite, check.severity)
    cells = (
        escape(expectation_text(check.expectation)),
        escape(SEVERITIES.get(check.severity, check.severity)),
        "Đạt" if check.success else "Không đạt",
        observation,
        svg_sparkline(check.trend),
        escape(result),
    )
    kind = "ok" if check.success else escape(check.severity, quote=True)
    return f'<tr class="{kind}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def svg_sparkline(trend: Sequence[float | None]) -> str:
    """Draw a trend as a small line with its lowest and highest number; empty before there are two nights."""
    known = [(index, value) for index, value in enumerate(trend) if value is not None]
    if len(known) < 2:
        return ""
    low, high = min(value for _, value in known), max(value for _, value in known)
    width, height = 120, 24
    points = " ".join(
        f"{2 + index * (width - 4) / max(len(trend) - 1, 1):.1f},"
        f"{height - 3 - (value - low) / ((high - low) or 1) * (height - 6):.1f}"
        for index, value in known
    )
    label = f"{_number(low)} – {_number(high)}"
    return (
        f'<svg width="{width}" height="{height}" role="img" aria-label="{escape(label, quote=True)}">'
        f'<polyline points="{points}"/></svg><br><small>{escape(label)}</small>'
    )


def _examples(check: GateCheck) -> list[str]:
    return [
        f"{each.get('key', '')}: {each['value']}"
        if each.get("value") is not None
        else str(each.get("key", ""))
        for each in check.observed.get("examples", ())
        if isinstance(each, Mapping)
    ]


def _quarantine(rows: Sequence[Mapping[str, Any]]) -> str:
    cells = "".join(
        f"<tr><td>{escape(str(row['quarantine_id']))}</td><td>{escape(row['code'] or '…')}</td>"
        f"<td>{escape(excerpt(str(row['name'] or '…'), 120))}</td>"
        f"<td>{escape(expectation_text(row['rule']))}</td>"
        f"<td>{escape(row['reason'])}</td></tr>"
        for row in rows[:MAX_SHOWN]
    )
    rest = f"<p>… và {count(len(rows) - MAX_SHOWN)} bản ghi nữa</p>" if len(rows) > MAX_SHOWN else ""
    heads = "".join(f"<th>{each}</th>" for each in ("Số", "Mã", "Tên thủ tục", "Quy tắc", "Vì sao"))
    return f"<h3>Bản ghi chờ kiểm tra</h3><table><tr>{heads}</tr>{cells}</table>{rest}"


def _number(value: float) -> str:
    if float(value).is_integer():
        return count(int(value)) if value >= 0 else f"-{count(int(-value))}"
    return f"{value:.4f}".rstrip("0").replace(".", ",")


def _percent(value: Any) -> str:
    return f"{100 * value:.2f} %".replace(".", ",") if isinstance(value, int | float) else "…"


_STYLE = (
    "body{font:15px/1.45 'Times New Roman',serif;margin:24px;color:#222}h1{font-size:22px}h2{font-size:18px;"
    "margin-top:28px}h3{font-size:15px}table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;"
    "padding:4px 8px;text-align:left;vertical-align:top}th{background:#eee}"
    "ul{margin:4px 0 0;padding-left:18px}"
    "small{color:#666;font-size:12px}.headline{font-weight:bold}.reason{color:#a00}"
    "tr.critical td{background:#fbd7d7}tr.high td{background:#fde8cf}tr.medium td{background:#fff6d6}"
    "tr.low td{background:#f4f4ea}polyline{fill:none;stroke:#356;stroke-width:1.5}"
)
