"""Calls the business's webhooks: signs, posts, and retries as the address asks; knows nothing of what it carries."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import requests
from structlog import get_logger

from sandbox.whatsapp.signature import signature

NO_ANSWER = 0
"""What stands for the HTTP status when nobody answered."""
_log = get_logger()


@dataclass(frozen=True, slots=True)
class Overrides:
    """How often and how long a webhook is tried, from the fragment of its URL.

    Source: Twilio, webhook connection overrides.
    """

    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    connect_s: float = 5.0
    read_s: float = 15.0

    @classmethod
    def of(cls, url: str) -> "Overrides":
        """What the fragment says, within Twilio's bounds; without one Twilio's defaults."""
        told = dict(parse_qsl(urlsplit(url).fragment))
        return cls(
            retries=min(5, max(0, int(told.get("rc", 1)))),
            policy=frozenset(told.get("rp", "ct").split(",")),
            connect_s=min(10_000, max(100, int(told.get("ct", 5_000)))) / 1000,
            read_s=min(15_000, max(100, int(told.get("rt", 15_000)))) / 1000,
        )

    def wants_retry(self, outcome: str) -> bool:
        """Whether another attempt follows after `ct`, `rt`, `4xx` or `5xx`."""
        return outcome in self.policy or (bool(outcome) and "all" in self.policy)


@dataclass(frozen=True, slots=True)
class Route:
    """Where a public address really lies.

    `public` is the webhook's address as the world knows it (it is what gets signed), `target` where it is called.
    """

    public: str
    target: str

    def reach(self, url: str) -> str:
        """The address to call for the public address `url`; others than ours stay as they are."""
        public, target = self._bases()
        return target + url[len(public) :] if url.startswith(public + "/") else url

    def _bases(self) -> tuple[str, str]:
        """Both addresses without the path that they have in common at their end."""
        public, target = urlsplit(self.public), urlsplit(self.target)
        left, right = public.path.split("/"), target.path.split("/")
        while left and right and left[-1] == right[-1]:
            left.pop()
            right.pop()
        return (
            urlunsplit((public.scheme, public.netloc, "/".join(left), "", "")),
            urlunsplit((target.scheme, target.netloc, "/".join(right), "", "")),
        )


class Webhooks:
    """Posts signed forms; safe to use from several threads."""

    def __init__(self, token: str, route: Route) -> None:
        self._token = token
        self.route = route

    def post(self, url: str, fields: Mapping[str, str], idempotency_token: str) -> int:
        """Post `fields` to the public address `url` and return the HTTP status, or NO_ANSWER after the last attempt."""
        overrides = Overrides.of(url)
        headers = {
            "X-Twilio-Signature": signature(self._token, url, fields),
            "I-Twilio-Idempotency-Token": idempotency_token,
            "User-Agent": "TwilioProxy/1.1",
        }
        for attempt in range(overrides.retries + 1):
            status, outcome = self._attempt(url, fields, headers, overrides)
            if attempt == overrides.retries or not overrides.wants_retry(outcome):
                break
        return status

    def _attempt(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str], overrides: Overrides
    ) -> tuple[int, str]:
        target = self.route.reach(url.partition("#")[0])
        with requests.Session() as session:
            # A proxy of the machine must not come between two loopback addresses.
            session.trust_env = False
            try:
                answer = session.post(
                    target,
                    data=dict(fields),
                    headers=headers,
                    timeout=(overrides.connect_s, overrides.read_s),
                    allow_redirects=False,
                )
            except requests.RequestException as error:
                _log.warning("webhook_unanswered", url=target, error=repr(error))
                return NO_ANSWER, _outcome(error)
            return (answer.status_code, f"{answer.status_code // 100}xx" if answer.status_code >= 400 else "")


def _outcome(error: requests.RequestException) -> str:
    """What Twilio's retry policy calls a call without an answer."""
    if isinstance(error, requests.ReadTimeout):
        return "rt"
    return "ct" if isinstance(error, requests.ConnectionError) else ""
