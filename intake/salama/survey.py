"""What an operator wants to know of a live Salama before people are let in; changes nothing but for tried uploads."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from intake.salama import answers
from intake.salama.errors import PATH_UNKNOWN, BadAnswer
from intake.salama.places import Paths
from intake.salama.session import SalamaSession
from intake.salama.transport import Transport
from store.delivery import DeliveryError

HIERARCHY = "ADMIN"
_DEEPEST = 20


class Survey:
    """Asks as the service account."""

    def __init__(self, session: SalamaSession, transport: Transport, paths: Paths, tenant_id: str) -> None:
        self._session = session
        self._transport = transport
        self._paths = paths
        self._tenant_id = tenant_id

    def clock_ahead(self) -> timedelta | None:
        """How far Salama's clock is before ours, by its newest answer; None where its answers bear no date.

        Whole seconds only: that is all an HTTP date tells.
        """
        if self._transport.dated is None:
            return None
        text, read_at = self._transport.dated
        try:
            there = parsedate_to_datetime(text)
        except ValueError:
            return None
        return there.replace(tzinfo=there.tzinfo or UTC) - datetime.fromtimestamp(int(read_at), UTC)

    def area_codes(self) -> frozenset[str]:
        """The codes of all administrative areas, from whichever service this Salama has (contract, 19.3 and 19.4).

        Raises DeliveryError; BadAnswer when neither service has any.
        """
        older = {"tenantId": self._tenant_id, "hierarchyTypeCode": HIERARCHY}
        newer = {"tenantId": self._tenant_id, "hierarchyType": HIERARCHY, "includeChildren": "true"}
        for path, params in ((self._paths.locations, older), (self._paths.areas, newer)):
            try:
                codes = frozenset(_codes(answers.areas(self._session.post(path, {}, params=params))))
            except DeliveryError as error:
                if error.code not in PATH_UNKNOWN:
                    raise
                continue
            if codes:
                return codes
        raise BadAnswer("NO_AREAS")

    def history(self) -> None:
        """Read the workflow history of a complaint that does not exist, to see that we may. Raises DeliveryError."""
        params = {"tenantId": self._tenant_id, "businessIds": "PGR-0", "history": "true", "limit": "1", "offset": "0"}
        answers.entries(self._session.post(self._paths.workflow + "/process/_search", {}, params=params))


def _codes(nodes: Iterable[object]) -> Iterable[str]:
    """Codes of areas and of all below them; deeper than any real tree is not looked."""
    level = list(nodes)
    for _ in range(_DEEPEST):
        below: list[object] = []
        for node in level:
            if isinstance(node, dict):
                if isinstance(node.get("code"), str):
                    yield node["code"]
                children = node.get("children")
                below += children if isinstance(children, list) else []
        level = below
