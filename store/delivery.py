"""What may go wrong when something is delivered to the outside world; knows nothing of who delivers what.

    DeliveryError ─┬─ Held                       nothing may be sent before the person writes again
                   ├─ Retry(after)               try again, at the earliest after `after`
                   │    ├─ Unreachable           nothing was sent
                   │    ├─ Throttled             the other side asked us to slow down; nothing was done
                   │    ├─ ServerFailed          the other side failed and certainly did nothing
                   │    └─ OutcomeUnknown        sent, and nobody told us whether it was done
                   └─ Refused(code, sentence)    trying again cannot mend it; a person must

A deliverer returns, raises `Retry` or raises `Refused`. Anything else is a bug of ours.
"""

from datetime import timedelta


class DeliveryError(Exception):
    """Base of all that can keep a row from being delivered; `code` is short and safe to log."""

    code: str


class Retry(DeliveryError):
    """The delivery should be tried again.

    `code` is a short machine word that is safe to log; `after` is the least time to wait, or None to leave it to the
    outbox's own back-off; `patient` rows do not use up an attempt (waiting for the other side is not failing).
    """

    def __init__(self, code: str, *, after: timedelta | None = None, patient: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.after = after
        self.patient = patient


class Unreachable(Retry):
    """No connection came about: nothing was sent."""


class Throttled(Retry):
    """The other side asked for a slower pace and did nothing."""


class ServerFailed(Retry):
    """The other side failed in a way that certainly left nothing done."""


class OutcomeUnknown(Retry):
    """The request left us and nobody can tell yet whether it was carried out; look before doing it again."""


class Held(DeliveryError):
    """Nothing may be sent to this person now; the row waits, out of its lane, until they write."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Refused(DeliveryError):
    """The other side will not do this however often it is asked.

    `code` is a short machine word; `sentence` tells an operator in plain English what to do. Neither holds personal
    data.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
