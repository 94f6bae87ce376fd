"""A person's own page: what is given to them, what their division has overdue, and the views they saved."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from procedures.errors import InputError
from procedures.office.accounts import Role
from review.findings.filter_choices import views_with_counts
from review.findings.list_view import view_of_form, view_of_values
from review.findings.pages import list_page, today
from review.form_fields import FormRoute, failed_form, field_errors, form_page
from review.security import Form, NotAllowedError, Number, Viewer, configuration_of, field
from review.templating import render_page
from steps.database import reading_connection, writing_connection
from steps.office import person_desk
from warehouse.findings import saved_views

router = APIRouter(route_class=FormRoute)

MAX_NAME = 80
"""Characters of a view's name."""


@router.get("/mine")
def show_mine(request: Request, _person: Viewer) -> Response:
    """Show what is given to the person who is signed in."""
    return _mine_page(request)


def _mine_page(request: Request) -> Response:
    configuration, day = configuration_of(request), today(configuration_of(request))
    person = request.state.person
    with reading_connection(configuration) as connection:
        views = views_with_counts(connection, person.name, day)
    return render_page(
        request,
        "findings/mine.html",
        desk=person_desk.load_desk(configuration, person.name, day),
        views=views,
        today=day,
        message="Đã xóa bộ lọc." if request.query_params.get("told") == "removed" else None,
    )


def _list(request: Request) -> Response:
    """Return the list whose view was to be saved."""
    failed = failed_form(request)
    return list_page(request, view_of_values(failed.values if failed else {}))


@router.post("/views")
@form_page(_list, "save-view")
def save_view(request: Request, person: Viewer, form: Form) -> Response:
    """Save the list as it is filtered under a name, in place of one's own of that name."""
    view, shared = view_of_form(form), bool(field(form, "shared"))
    name = " ".join(field(form, "name").split())
    if not name or len(name) > MAX_NAME:
        raise InputError(f"Bộ lọc cần một tên, dài nhất {MAX_NAME} ký tự", "name")
    if shared and not person.role.includes(Role.ANALYST):
        raise NotAllowedError("Tài khoản này chỉ lưu được bộ lọc của riêng mình")
    with field_errors("name"), writing_connection(configuration_of(request)) as connection:
        saved_views.save_view(connection, person.name, name, view.query(page=None), shared=shared)
    return RedirectResponse(f"/findings?{view.query(page=None)}&told=saved", status_code=303)


@router.post("/views/{view_id}/remove")
@form_page(_mine_page)
def remove_view(request: Request, person: Viewer, _form: Form, view_id: Number) -> Response:
    """Remove one's own view; an administrator, any that is shared."""
    with writing_connection(configuration_of(request)) as connection:
        view = saved_views.get_view(connection, view_id)
        if view.owner != person.name and not (view.shared and person.role is Role.ADMIN):
            raise NotAllowedError(f"Chỉ {view.owner} xóa được bộ lọc này")
        saved_views.remove_view(connection, view_id)
    return RedirectResponse("/mine?told=removed", status_code=303)
