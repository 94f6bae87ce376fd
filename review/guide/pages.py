"""The guide on the site: a chapter a page, open before signing in too."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from review.form_fields import FormRoute
from review.guide import chapters
from review.security import OptionalPerson
from review.templating import render_page

router = APIRouter(route_class=FormRoute)


@router.get("/help")
@router.get("/help/{chapter}")
def show_chapter(request: Request, person: OptionalPerson, chapter: str = chapters.FIRST) -> Response:
    """Show a chapter, with the other pages for whoever is signed in."""
    request.state.person = person
    return render_page(
        request, "guide/chapter.html", chapter=chapters.chapter(chapter), chapters=chapters.CHAPTERS
    )


@router.get("/help/hinh/{picture}")
def show_picture(picture: str) -> Response:
    """Return a picture of the guide."""
    return Response(chapters.picture(picture), media_type="image/png")
