"""The gateway: resolves the token, checks the roles, and hands the request on with the token's real user.

Source: complaints API contract, section 5.
"""

from collections.abc import Iterator
from typing import Any

from sandbox.salama.accounts import ANONYMOUS, User
from sandbox.salama.catalogue import MIXED_PATHS, OPEN_PATHS, ROLE_PATHS
from sandbox.salama.errors import forbidden, invalid_token, missing_token
from sandbox.salama.options import TENANT, Json
from sandbox.salama.tokens import Tokens
from sandbox.salama.world import World


class Gate:
    """Decides who is calling and whether they may."""

    def __init__(self, world: World, tokens: Tokens) -> None:
        self._world, self._tokens = world, tokens

    def admit(self, path: str, body: Json | None, header_token: str | None, query_tenant: str | None) -> User:
        """The caller of a request; `body` is None when it is not JSON. Raises GatewayError."""
        if path in OPEN_PATHS:
            return ANONYMOUS
        token = token_of(body) or header_token
        if not token:
            if path in MIXED_PATHS:
                return ANONYMOUS
            raise missing_token(self._world.gateway, self._world.generation)
        user = self._tokens.resolve(token)
        if user is None:
            raise invalid_token(self._world.gateway, self._world.generation)
        if path in ROLE_PATHS and not self._may_call(user, path, body, query_tenant):
            raise forbidden(self._world.gateway)
        return user

    def _may_call(self, user: User, path: str, body: Json | None, query_tenant: str | None) -> bool:
        outside = {key: value for key, value in (body or {}).items() if key != "RequestInfo"}
        tenants = set(_tenants(outside)) or {query_tenant or TENANT}
        # Every role of the sandbox's people is held in the one state-level tenant.
        return TENANT in tenants and not ROLE_PATHS[path].isdisjoint(user.roles)


def token_of(body: Json | None) -> str | None:
    """`RequestInfo.authToken`, if the body has one."""
    info = (body or {}).get("RequestInfo")
    token = info.get("authToken") if isinstance(info, dict) else None
    return str(token) if token else None


def _tenants(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            if key == "tenantId" and isinstance(item, str):
                yield item
            else:
                yield from _tenants(item)
    elif isinstance(value, list):
        for item in value:
            yield from _tenants(item)
