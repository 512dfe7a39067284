"""Stands before Twilio's API: checks the credentials and lets the faults happen."""

import hmac
import threading
from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, request

from sandbox.whatsapp.errors import ApiError, error_answer
from sandbox.whatsapp.faults import Fault, Faults, Mode
from sandbox.whatsapp.routing import Route, blueprint_of
from sandbox.whatsapp.values import Account

_FAILED_HTML = "<!DOCTYPE html><html><head><title>500</title></head><body><h1>Internal Server Error</h1></body></html>"


class Guard:
    """The hooks before and after each request of a blueprint."""

    def __init__(self, account: Account, faults: Faults) -> None:
        self._account = account
        self._faults = faults
        self._changed = threading.Event()
        faults.subscribe(self._changed.set)

    def blueprint(self, name: str, routes: Sequence[Route]) -> Blueprint:
        """A blueprint behind this guard."""
        blueprint = blueprint_of(name, routes)
        blueprint.before_request(self.before)
        blueprint.after_request(self.after)
        return blueprint

    def before(self) -> Response | None:
        """What is answered instead of doing the work, if anything."""
        g.fault = fault = self._faults.take(request.method, request.path)
        if self._faults.mode is Mode.SLOW:
            self._pause(self._faults.slow_s)
        match fault:
            case Fault.CLOSE_BEFORE:
                return self._cut("reset")
            case Fault.HANG:
                self._pause(self._faults.hang_s)
                return self._cut("close")
            case Fault.SERVER_ERROR:
                return Response(_FAILED_HTML, 500, content_type="text/html")
            case Fault.TOO_MANY:
                return error_answer(ApiError(20429))
            case Fault.UNAUTHORISED:
                return error_answer(ApiError(20003))
        return None if self._is_known() else error_answer(ApiError(20003))

    def after(self, answer: Response) -> Response:
        """The answer, unless it shall be lost after the work was done."""
        if g.get("fault") is Fault.CLOSE_AFTER:
            return self._cut("reset")
        return answer

    def _is_known(self) -> bool:
        if request.blueprint == "cdn":
            return True
        who = request.authorization
        if who is None or who.type != "basic":
            return False
        return self._account.accepts(str(who.username), str(who.password))

    def _cut(self, how: str) -> Response:
        """Break the connection where the server can, else answer 502 as a gateway would."""
        abort: Any = request.environ.get("sandbox.abort")
        if abort is not None:
            abort(how)
        return Response("", 502)

    def _pause(self, seconds: float) -> None:
        """Wait, but not longer than the server lives or the switches stay as they are."""
        self._changed.clear()
        stopping = request.environ.get("sandbox.stopping")
        waited_s, step_s = 0.0, 0.05
        while waited_s < seconds and not (stopping is not None and stopping.is_set()):
            if self._changed.wait(min(step_s, seconds - waited_s)):
                return
            waited_s += step_s


def same(left: str, right: str) -> bool:
    """Whether two texts are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
