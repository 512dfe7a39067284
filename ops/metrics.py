"""What the parts of the bridge report to, each by one call; what becomes of it stands in the catalogue."""

from prometheus_client import CollectorRegistry

from classifier import Classification
from desk.deadlines import LATE, SILENT, UNCLAIMED
from ops.counting import Tally
from ops.gauges import Gauges
from store.base import Clock, Sessions

_BREACHES = {
    (UNCLAIMED, "lead"): "unclaimed",
    (SILENT, "owner"): "word",
    (LATE, "owner"): "restore",
    (LATE, "reporter"): "promise",
}
"""Timers by kind and by whom they tell, and which deadline it is that has passed then."""


class Metrics:
    """Takes what is to be counted in this process, and exposes the sums over all processes and the gauges."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self.registry = CollectorRegistry()
        self.tally = Tally(sessions)
        self.gauges = Gauges(sessions, clock)
        self.last_twilio: str | None = None
        """How the last call of this process to Twilio ended."""
        self.registry.register(self.tally)
        self.registry.register(self.gauges)

    def inbound(self, outcome: str) -> None:
        """An inbound webhook came to this end."""
        self.tally.count("bridge_inbound", outcome)

    def status(self, outcome: str) -> None:
        """A status callback came to this end."""
        self.tally.count("bridge_status", outcome)

    def turn(self, seconds: float) -> None:
        """A message was worked on for so long."""
        self.tally.count("bridge_turns", "message")
        self.tally.observe("bridge_turn_seconds", seconds)

    def pauses(self, count: int) -> None:
        """So many conversations went on because their pause was over."""
        for _ in range(count):
            self.tally.count("bridge_turns", "pause")

    def delivery(self, channel: str, outcome: str) -> None:
        """A delivery came to this end."""
        self.tally.count("bridge_deliveries", channel, outcome)

    def sent(self, form: str, window: str) -> None:
        """Twilio took a message of this form, into this window."""
        self.tally.count("bridge_messages_sent", form, window)

    def replied(self, seconds: float) -> None:
        """So long after a person wrote, their reply had left."""
        self.tally.observe("bridge_reply_seconds", seconds)

    def salama(self, call: str, outcome: str, seconds: float) -> None:
        """A call to Salama came to this end after so long."""
        self.tally.count("bridge_salama_calls", call, outcome)
        self.tally.observe("bridge_salama_call_seconds", seconds, call)

    def twilio(self, call: str, outcome: str, seconds: float) -> None:
        """A call to Twilio came to this end after so long."""
        self.last_twilio = outcome
        self.tally.count("bridge_twilio_calls", call, outcome)
        self.tally.observe("bridge_twilio_call_seconds", seconds, call)

    def timer(self, kind: str, to: str) -> None:
        """A timer did its work; of several that one passed deadline causes one counts."""
        breach = _BREACHES.get((kind, to))
        if breach is not None:
            self.tally.count("bridge_deadline_breaches", breach)

    def classified(self, judgement: Classification) -> Classification:
        """A text was judged; answers the judgement."""
        self.tally.observe("bridge_classifier_confidence", judgement.confidence, judgement.label)
        return judgement
