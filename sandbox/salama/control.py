"""The sandbox's own levers over HTTP: faults, delays, the list of tickets, tickets born in the app."""

from dataclasses import asdict
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request

from sandbox.salama.errors import PlatformError
from sandbox.salama.options import Json

if TYPE_CHECKING:
    from sandbox.salama.sandbox import SalamaSandbox

_APP_FIELDS = ("by", "service_code", "description", "locality", "supervisor")
Answer = Response | tuple[Response, int]


class Control:
    """The levers of one sandbox."""

    def __init__(self, sandbox: "SalamaSandbox") -> None:
        self._sandbox = sandbox

    def faults(self) -> Response:
        """The present faults, delays and page size."""
        sandbox = self._sandbox
        state = {
            **sandbox.faults.to_json(),
            "generation": sandbox.generation,
            "pgr_delay_s": sandbox.pgr_delay.total_seconds(),
            "workflow_delay_s": sandbox.workflow_delay.total_seconds(),
            "workflow_page": sandbox.workflow_page,
        }
        return jsonify(state)

    def set_faults(self) -> Answer:
        """Change what the body names: mode, slow_s, ahead_s, rules, clear, pgr_delay_s, …"""
        wanted = request.get_json()
        if not isinstance(wanted, dict):
            return _bad("a JSON object is needed")
        try:
            self._apply(wanted)
        except (ValueError, TypeError, KeyError) as error:
            return _bad(str(error))
        return self.faults()

    def tickets(self) -> Response:
        """Every ticket of the database, and the numbers that were lost."""
        tickets = [{**asdict(ticket), "createdTime": ticket.created_ms} for ticket in self._sandbox.tickets()]
        return jsonify({"tickets": tickets, "lost": self._sandbox.lost_numbers()})

    def app_ticket(self) -> Answer:
        """File a ticket as the mobile app does."""
        given = request.get_json(silent=True) or {}
        if not isinstance(given, dict):
            return _bad("a JSON object is needed")
        try:
            number = self._sandbox.app_ticket(**{key: given[key] for key in _APP_FIELDS if key in given})
        except KeyError as error:
            return _bad(f"unknown user name {error}")
        except PlatformError as error:
            return _bad(str(error))
        return jsonify({"number": number}), 201

    def _apply(self, wanted: Json) -> None:
        self._sandbox.faults.apply_json(wanted)
        if "pgr_delay_s" in wanted:
            self._sandbox.pgr_delay = timedelta(seconds=float(wanted["pgr_delay_s"]))
        if "workflow_delay_s" in wanted:
            self._sandbox.workflow_delay = timedelta(seconds=float(wanted["workflow_delay_s"]))
        if "workflow_page" in wanted:
            self._sandbox.workflow_page = int(wanted["workflow_page"])


def add_control(app: Flask, sandbox: "SalamaSandbox") -> None:
    """Register the levers under `/_sandbox/`."""
    control = Control(sandbox)
    app.add_url_rule("/_sandbox/faults", "control:faults", control.faults, methods=["GET"])
    app.add_url_rule("/_sandbox/faults", "control:set-faults", control.set_faults, methods=["POST"])
    app.add_url_rule("/_sandbox/tickets", "control:tickets", control.tickets, methods=["GET"])
    app.add_url_rule("/_sandbox/app-ticket", "control:app-ticket", control.app_ticket, methods=["POST"])


def _bad(reason: str) -> Answer:
    return jsonify({"error": reason}), 400
