"""Rendering of pages: one environment, with filters that format dates, numbers and codes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from procedures import finding_kinds
from procedures.office.stages import STAGE_WORDS
from procedures.values.levels import level_label
from procedures.wording import words
from procedures.wording.case_titles import case_title
from procedures.wording.history_words import event_value
from procedures.wording.places import place_words
from procedures.wording.readable_values import value_in_words
from procedures.workbook_layout.registers import FEEDBACK_STATES
from review import page_words
from review.announcements.ledger_rows import ROLES as ASKED_ROLES
from review.decision_links import DecisionLinks
from review.form_fields import failed_form, form_views, new_form_number
from review.guide.chapters import topic_of
from review.nights.recent_losses import recent_losses
from review.security import csrf_token, set_cookie
from settings.configuration import Configuration
from steps.announcements.ledger import decision_numbers_known
from warehouse.findings.lifecycle import actor_name
from warehouse.office.accounts import PASSWORD

LEVELS = ("ministry", "province", "district", "commune", "other", "total")


def format_number(value: float | None) -> str:
    """Format a number as "1.234,5"; "…" where it is not known."""
    if value is None:
        return "…"
    text = f"{value:,.1f}" if isinstance(value, float) and not value.is_integer() else f"{int(value):,}"
    return text.translate(str.maketrans(",.", ".,"))


def day(value: str | date | None) -> str:
    """Format a date as "05/02/2026"; "…" where there is none."""
    if value is None or value == "":
        return "…"
    return words.day_text(date.fromisoformat(value[:10]) if isinstance(value, str) else value)


def level(code: str) -> str:
    """Return an executing level in words."""
    return "Tất cả" if code == "total" else level_label(code)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=format_number,
        case_title=lambda row: case_title(row["case_id"], row),
        low=lambda text: text[:1].lower() + text[1:],
        day=day,
        actor=actor_name,
        level=level,
        late_words=words.late_words,
        place=place_words,
        event_value=event_value,
        readable=lambda value, attribute: value_in_words(attribute, value),
    )
    environment.globals.update(
        KINDS=words.KIND_TITLES,
        CHANGES=words.CHANGE_KINDS,
        SEVERITIES=words.SEVERITIES,
        STATUSES=words.STATUSES,
        STATES=words.SNAPSHOT_STATES,
        RUNS=words.RUN_STATES,
        ATTRIBUTES=words.ATTRIBUTE_LABELS,
        SIDES=words.SIDE_LABELS,
        HELP=finding_kinds.INFO_BY_KIND,
        ROLES=page_words.ROLES,
        ACTIONS=page_words.ACTIONS,
        RUN_KINDS=words.RUN_KINDS,
        STAGES=STAGE_WORDS,
        REASONS=words.PARTIAL_REASONS,
        share=words.share_text,
        part=words.part_text,
        BASES=words.DUE_BASES,
        DECISION_ROLES=words.DECISION_ROLES,
        ASKED_ROLES=ASKED_ROLES,
        EVENT_WORDS={**words.ATTRIBUTE_LABELS, **words.LEDGER_ATTRIBUTES},
        PART_KINDS=words.PART_KINDS,
        DOCUMENT_STATES=words.DOCUMENT_STATES,
        DECIDED_BY=words.DECIDED_BY,
        DUES=page_words.DUES,
        FEEDBACK_STATES=FEEDBACK_STATES,
        SORTS=page_words.SORTS,
        COLUMNS=page_words.COLUMNS,
        WHAT_TO_DO=page_words.WHAT_TO_DO,
        STEPS=page_words.STEPS,
        LEVELS=LEVELS,
    )
    return environment


_TEMPLATES = _environment()


def render_page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render `template` with `values`; forms on the page get their token."""
    configuration: Configuration = request.app.state.configuration
    zone = configuration.department.zone
    person = getattr(request.state, "person", None)

    def moment(value: str | datetime | None) -> str:
        if value is None:
            return "…"
        time = datetime.fromisoformat(value) if isinstance(value, str) else value
        return f"{time.astimezone(zone):%H:%M %d/%m/%Y}"

    decisions = DecisionLinks(lambda: decision_numbers_known(configuration))

    def local_day(time: datetime) -> str:
        return day(time.astimezone(zone).date())

    common: dict[str, Any] = {
        "decision": decisions.link,
        "linked": decisions.in_text,
        "department": configuration.department.name,
        "person": person,
        "own_password": person is None or person.method == PASSWORD,
        "sees_offices": configuration.site.all_offices,
        "path": request.url.path,
        "csrf": csrf_token(request),
        "once": new_form_number,
        "form": form_views(request),
        "failed_form": failed_form(request),
        "moment": moment,
        "help_topic": topic_of(request.url.path),
        "local_day": local_day,
        "source_name": configuration.source_name,
        "losses": lambda: recent_losses(configuration),
    }
    response = HTMLResponse(_TEMPLATES.get_template(template).render(common | values), status_code=status)
    secret = getattr(request.state, "form_secret", None)
    if secret is not None:
        set_cookie(response, request, "form", secret)
    return response
