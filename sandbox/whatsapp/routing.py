"""Builds blueprints from tables of routes."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flask import Blueprint
from flask.typing import ResponseReturnValue

Route: TypeAlias = tuple[str, str, Callable[..., ResponseReturnValue]]
"""HTTP method, path, and the function that answers."""


def blueprint_of(name: str, routes: Sequence[Route]) -> Blueprint:
    """A blueprint that answers these routes; each function is an endpoint under its own name."""
    blueprint = Blueprint(name, __name__)
    for method, path, function in routes:
        blueprint.add_url_rule(path, function.__name__, function, methods=[method])
    return blueprint
