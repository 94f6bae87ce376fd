"""Orders over HTTP for portals that run in a process of their own (`rasoat simulate`).

GET /__faults lists faults and orders; POST /__faults {"name": …, "portal": "national", …} orders
one (of national, provincial, gateway); DELETE /__faults clears all; POST /__night {"night": 2} switches to
another night.
Each portal answers for all, so that the order that made one refuse connections can be cleared.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol

from portals.faults import FAULTS, Faults
from portals.faulty_replies import JSON, Reply
from procedures.errors import InputError

CONTROL_PREFIX = "/__"


class Nights(Protocol):
    """An object that can switch to another night."""

    night: int


class Control:
    """The control addresses of the portals."""

    def __init__(self, faults: Mapping[str, Faults], nights: Nights) -> None:
        self._faults = faults
        self._nights = nights

    def answer(self, method: str, path: str, body: Any) -> Reply:
        """Obey a control request; a wrong one gets 400 and one line."""
        try:
            match method, path:
                case "GET", "/__faults":
                    return _json(200, self._listing())
                case "POST", "/__faults":
                    return _json(201, self._order(body))
                case "DELETE", "/__faults":
                    for faults in self._faults.values():
                        faults.clear()
                    return _json(200, self._listing())
                case "GET", "/__night":
                    return _json(200, {"night": self._nights.night})
                case "POST", "/__night":
                    self._nights.night = int(body["night"])
                    return _json(200, {"night": self._nights.night})
        except (InputError, KeyError, TypeError, ValueError) as error:
            return _json(400, {"message": str(error)})
        return _json(404, {"message": f"không có {method} {path}"})

    def _listing(self) -> dict[str, Any]:
        orders = {name: [order.to_json() for order in faults.all()] for name, faults in self._faults.items()}
        return {"faults": {name: fault.description for name, fault in FAULTS.items()}, "orders": orders}

    def _order(self, body: dict[str, Any]) -> dict[str, Any]:
        options = dict(body)
        portal = options.pop("portal", "national")
        if portal not in self._faults:
            raise InputError(f"portal = {portal!r} phải là một trong {', '.join(self._faults)}")
        return self._faults[portal].order(options.pop("name"), **options).to_json()


def _json(status: int, value: Any) -> Reply:
    return Reply(status, JSON, json.dumps(value, ensure_ascii=False).encode())
