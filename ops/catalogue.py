"""The metrics of the bridge: every name with its labels and what it means; nothing else is exposed.

Counters and histograms are sums over all processes (ops.counting), gauges are read from the database when they are
asked for (ops.gauges). Every process therefore tells the same: of several that are scraped take one, or `max`, never
the sum. No label ever holds a person, a number, a place or a word of theirs.
"""

from dataclasses import dataclass

_TURN = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_REPLY = (0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 3600.0)
_CALL = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SHARE = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric; a counter's samples end in `_total`. With `buckets` (upper bounds) it is a histogram."""

    name: str
    means: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


COUNTED = (
    Metric("bridge_inbound", "Inbound webhooks by outcome: taken, repeated, refused, malformed", ("outcome",)),
    Metric("bridge_status", "Status callbacks by what they reported, or unknown, refused, malformed", ("outcome",)),
    Metric("bridge_turns", "Turns of conversations: of a message, or of a pause that was over", ("kind",)),
    Metric("bridge_turn_seconds", "How long the webhook worked on a message until it was stored", (), _TURN),
    Metric("bridge_deliveries", "Deliveries by channel and outcome", ("channel", "outcome")),
    Metric("bridge_messages_sent", "Messages that Twilio took, by form and service window", ("form", "window")),
    Metric("bridge_reply_seconds", "From what a person wrote to Twilio taking the reply", (), _REPLY),
    Metric("bridge_salama_calls", "Calls to Salama by what was called and how it ended", ("call", "outcome")),
    Metric("bridge_salama_call_seconds", "How long Salama took to answer", ("call",), _CALL),
    Metric("bridge_twilio_calls", "Calls to Twilio by what was called and how it ended", ("call", "outcome")),
    Metric("bridge_twilio_call_seconds", "How long Twilio took to answer", ("call",), _CALL),
    Metric("bridge_deadline_breaches", "Deadlines that passed: unclaimed, word, promise, restore", ("kind",)),
    Metric("bridge_classifier_confidence", "How sure the classifier was of what it read", ("label",), _SHARE),
)
GAUGED = (
    Metric("bridge_up", "Whether a part is well: database, worker, salama, twilio, mailbox", ("part",)),
    Metric("bridge_queue_rows", "Rows waiting to be delivered", ("channel",)),
    Metric("bridge_queue_oldest_seconds", "Age of the oldest waiting row", ("channel",)),
    Metric(
        "bridge_queue_resting_rows", "Rows parked since they were refused, or held for a message", ("state", "channel")
    ),
    Metric("bridge_tickets", "Tickets by how far they are on their way into Salama", ("filing",)),
    Metric("bridge_tickets_at_work", "Tickets that are not solved, by stage and severity", ("stage", "severity")),
    Metric("bridge_tickets_overdue", "Tickets at work whose deadline has passed, by severity", ("severity",)),
    Metric("bridge_classifier_corrections", "Types that staff corrected", ("from_label", "to_label")),
    Metric("bridge_windows_open", "Conversations whose service window of 24 hours is open"),
    Metric("bridge_heartbeat_missing_seconds", "How long no heartbeat has arrived; 0 when all is well"),
    Metric("bridge_retention_seconds", "Since when what is past its time was last erased"),
)


def sample_names() -> set[str]:
    """Every name that may stand in a query: as it is exposed, with the suffixes of counters and histograms."""
    names = {metric.name for metric in GAUGED}
    for metric in COUNTED:
        ends = ("_bucket", "_sum", "_count") if metric.buckets else ("_total",)
        names |= {metric.name + end for end in ends}
    return names
