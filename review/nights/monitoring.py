"""Figures for a monitoring system."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from reports.metrics import CONTENT_TYPE
from review.form_fields import FormRoute
from review.security import OptionalPerson, SignInNeededError, configuration_of
from steps.nights.reporting.metrics import metrics

router = APIRouter(route_class=FormRoute)


@router.get("/metrics")
def show_metrics(request: Request, person: OptionalPerson) -> Response:
    """Show the figures to whoever is signed in or asks from an address that the settings allow."""
    configuration = configuration_of(request)
    by_address = not request.state.relayed and configuration.monitoring.allows_metrics_to(
        request.state.address
    )
    if person is None and not by_address:
        raise SignInNeededError("Cần đăng nhập")
    return Response(metrics(configuration), media_type=CONTENT_TYPE)
