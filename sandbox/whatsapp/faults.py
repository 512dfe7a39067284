"""What may go wrong at Twilio, and when; decides only, and leaves the breaking to whoever answers the request."""

import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Mode(StrEnum):
    """How the whole service behaves."""

    OK = "ok"
    SLOW = "slow"
    FAILING = "failing"
    DOWN = "down"


class Fault(StrEnum):
    """What can happen to one request."""

    TOO_MANY = "429"
    SERVER_ERROR = "500"
    HANG = "hang"
    CLOSE_BEFORE = "close_before"
    CLOSE_AFTER = "close_after"
    UNAUTHORISED = "20003"


@dataclass(frozen=True, slots=True)
class ReceiptRules:
    """How delivery reports misbehave; `lost` ones never leave Twilio.

    `undelivered_code` is the error of messages that do not arrive, the next `undelivered_times` of them (None: all), if
    they go to the address `undelivered_to` ("": any).
    """

    out_of_order: bool = False
    duplicated: bool = False
    never_read: bool = False
    lost: bool = False
    undelivered_code: int | None = None
    undelivered_times: int | None = None
    undelivered_to: str = ""


@dataclass(frozen=True, slots=True)
class _Rule:
    fault: Fault
    probability: float
    times: int | None
    method: str
    path: str

    def covers(self, method: str, path: str) -> bool:
        return self.method in ("", method) and self.path in path


class Faults:
    """The switches, safe to use from several threads."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._lock = threading.Lock()
        self._mode = Mode.OK
        self._slow_s = 3.0
        self._hang_s = 30.0
        self._media_late = False
        self._receipts = ReceiptRules()
        self._rules: list[_Rule] = []
        self._listeners: list[Callable[[], None]] = []

    def subscribe(self, listener: Callable[[], None]) -> None:
        """Call `listener` after every change."""
        self._listeners.append(listener)

    @property
    def mode(self) -> Mode:
        """How the service behaves; may be assigned."""
        return self._mode

    @mode.setter
    def mode(self, mode: str) -> None:
        self.set(mode=mode)

    @property
    def slow_s(self) -> float:
        """Seconds that a slow answer takes longer."""
        return self._slow_s

    @property
    def hang_s(self) -> float:
        """Seconds after which a hanging request is cut."""
        return self._hang_s

    @property
    def media_late(self) -> bool:
        """Whether the first fetch of each file finds nothing."""
        return self._media_late

    @property
    def receipts(self) -> ReceiptRules:
        """How delivery reports misbehave."""
        return self._receipts

    def set(
        self,
        *,
        mode: str | None = None,
        slow_s: float | None = None,
        hang_s: float | None = None,
        media_late: bool | None = None,
        receipts: ReceiptRules | None = None,
    ) -> None:
        """Change what is given and leave the rest; ValueError for an unknown mode."""
        with self._lock:
            self._mode = self._mode if mode is None else Mode(mode)
            self._slow_s = self._slow_s if slow_s is None else float(slow_s)
            self._hang_s = self._hang_s if hang_s is None else float(hang_s)
            self._media_late = self._media_late if media_late is None else bool(media_late)
            self._receipts = receipts or self._receipts
        self._tell()

    def next(self, fault: str, *, times: int = 1, method: str = "POST", path: str = "Messages.json") -> None:
        """Let the next `times` requests fail whose method is `method` and whose path contains `path` ("": any)."""
        self._add(_Rule(Fault(fault), 1.0, times, method, path))

    def chance(self, fault: str, probability: float, *, method: str = "POST", path: str = "Messages.json") -> None:
        """Let such requests fail with `probability` (0 to 1) until `clear`."""
        self._add(_Rule(Fault(fault), float(probability), None, method, path))

    def clear(self) -> None:
        """Everything works again."""
        with self._lock:
            self._mode, self._media_late, self._receipts, self._rules = (Mode.OK, False, ReceiptRules(), [])
        self._tell()

    def take(self, method: str, path: str) -> Fault | None:
        """The fault that befalls this request, if any; a counted one is used up."""
        with self._lock:
            for place, rule in enumerate(self._rules):
                if rule.covers(method, path) and self._rng.random() < rule.probability:
                    self._use_up(place, rule)
                    return rule.fault
            return {Mode.FAILING: Fault.SERVER_ERROR, Mode.DOWN: Fault.CLOSE_BEFORE}.get(self._mode)

    def take_undelivered(self, address: str) -> int | None:
        """The error code of a message that is being sent there now, if the switch says that it does not arrive."""
        with self._lock:
            rules = self._receipts
            is_meant = rules.undelivered_to in {"", address}
            if rules.undelivered_code is None or rules.undelivered_times == 0 or not is_meant:
                return None
            if rules.undelivered_times is not None:
                self._receipts = replace(rules, undelivered_times=rules.undelivered_times - 1)
            return rules.undelivered_code

    def as_json(self) -> dict[str, object]:
        """All switches, for `GET /_sandbox/faults`."""
        with self._lock:
            receipts = {name: getattr(self._receipts, name) for name in ReceiptRules.__dataclass_fields__}
            rules = [{name: getattr(rule, name) for name in _Rule.__dataclass_fields__} for rule in self._rules]
            return {
                "mode": self._mode,
                "slow_s": self._slow_s,
                "hang_s": self._hang_s,
                "media_late": self._media_late,
                "receipts": receipts,
                "rules": rules,
            }

    def update(self, wishes: Mapping[str, Any]) -> None:
        """Carry out the body of `POST /_sandbox/faults`; ValueError or TypeError says what is wrong with it.

        Keys: `clear`, `mode`, `slow_s`, `hang_s`, `media_late`, `receipts` (an object), `next` and `chance` (objects
        with the arguments of the methods of those names).
        """
        wishes = dict(wishes)
        if wishes.pop("clear", False):
            self.clear()
        for name, method in (("next", self.next), ("chance", self.chance)):
            rule = wishes.pop(name, None)
            if rule is not None:
                method(**_object(rule))
        receipts = wishes.pop("receipts", None)
        if receipts is not None:
            wishes["receipts"] = replace(self.receipts, **_object(receipts))
        self.set(**wishes)

    def _add(self, rule: _Rule) -> None:
        with self._lock:
            self._rules.append(rule)
        self._tell()

    def _use_up(self, place: int, rule: _Rule) -> None:
        if rule.times is None:
            return
        if rule.times > 1:
            self._rules[place] = replace(rule, times=rule.times - 1)
        else:
            del self._rules[place]

    def _tell(self) -> None:
        for listener in self._listeners:
            listener()


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError("expected a JSON object")
    return value
