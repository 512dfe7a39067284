"""The switches over HTTP: `GET` and `POST /_sandbox/faults`, for same-origin pages and for programs."""

from flask import Blueprint, Response, request

from sandbox.origins import is_foreign
from sandbox.whatsapp.errors import json_answer
from sandbox.whatsapp.faults import Faults
from sandbox.whatsapp.routing import blueprint_of


def blueprint(faults: Faults) -> Blueprint:
    """The routes of the switches."""

    def show() -> Response:
        return json_answer(faults.as_json())

    def change() -> Response:
        if is_foreign():
            return json_answer({"error": "another site may not do this"}, 403)
        wishes = request.get_json(force=True, silent=True)
        if not isinstance(wishes, dict):
            return json_answer({"error": "a JSON object is expected"}, 400)
        try:
            faults.update(wishes)
        except (TypeError, ValueError) as error:
            return json_answer({"error": str(error)}, 400)
        return json_answer(faults.as_json())

    return blueprint_of("switches", (("GET", "/_sandbox/faults", show), ("POST", "/_sandbox/faults", change)))
