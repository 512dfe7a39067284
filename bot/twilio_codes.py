"""What Twilio's error codes mean for a message: whether it goes again, otherwise, later, or never (facts, 4.8).

A code that is not listed counts as `REFUSED`: sending the same again is pointless.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum


class Course(StrEnum):
    """What is to be done about a message with this code."""

    LATER = "later"
    """The same message again, after a while: the sender is too fast, or WhatsApp had a fault of its own."""
    WINDOW = "window"
    """Free text to a person whose service window is closed: the template instead."""
    CONTENT = "content"
    """The content template cannot be used: another one, or plain text inside the window."""
    SETTINGS = "settings"
    """The settings or the account are at fault: the message waits until they are mended."""
    RECIPIENT = "recipient"
    """This person cannot or does not want to be written to."""
    REFUSED = "refused"


TOO_FAST = frozenset({20429, 21611, 30001, 63017, 63018})
"""Codes by which the provider asks for a slower pace."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=20))
"""How long a message waits after each failure that passes by itself; after the last somebody is asked to call."""

_CREDENTIALS = "Twilio refuses the credentials: check TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN"
SETTINGS_AT_FAULT: Mapping[int, str] = {
    401: _CREDENTIALS,
    403: _CREDENTIALS,
    20003: _CREDENTIALS,
    20005: "Twilio's account is not active: see Twilio's console",
    20403: "Twilio's account is not active: see Twilio's console",
    20404: "Twilio does not know this account: check TWILIO_ACCOUNT_SID",
    21603: "no sender: check TWILIO_WHATSAPP_FROM",
    21606: "the sender may not be used: check TWILIO_WHATSAPP_FROM",
    63007: "the sender is not registered for WhatsApp: check TWILIO_WHATSAPP_FROM",
}
RECIPIENT_AT_FAULT: Mapping[int, str] = {
    21211: "the number is not valid",
    21610: "this person asked not to be written to",
    21614: "the number cannot receive WhatsApp",
    63003: "the number is not on WhatsApp",
    63014: "this person blocked the number",
    63015: "this person has not joined Twilio's sandbox",
    63024: "this person's WhatsApp cannot receive the message",
    63032: "WhatsApp holds this person's messages back",
    63033: "this person blocked the number",
}
_COURSES: Mapping[Course, frozenset[int]] = {
    Course.LATER: TOO_FAST | {30003, 30008, 63009, 63010, 63012, 63019, 63023, 63025, 63029, 63037, 63038},
    Course.WINDOW: frozenset({63016}),
    Course.CONTENT: frozenset(
        {21655, 21656, 92002, 92005, 92006, 92007, 63005, 63006, 63013, 63021, 63027, 63028, 63030, 63040, 63041}
        | {63042, 63049}
    ),
    Course.SETTINGS: frozenset(SETTINGS_AT_FAULT),
    Course.RECIPIENT: frozenset(RECIPIENT_AT_FAULT),
}
_COURSE_OF = {code: course for course, codes in _COURSES.items() for code in codes}


def course_of(code: str | int | None) -> Course:
    """The course for a code, given as a number, as Twilio's text, or as an error code of ours (`twilio_63016`)."""
    digits = str(code or "").removeprefix("twilio_")
    return _COURSE_OF.get(int(digits), Course.REFUSED) if digits.isdecimal() else Course.REFUSED


def is_too_fast(code: str | None) -> bool:
    """Whether the provider asks for a slower pace by this code."""
    return bool(code) and str(code).isdecimal() and int(str(code)) in TOO_FAST


def is_recipients(fault: str) -> bool:
    """Whether a parked row's fault lies with its receiver, of whom staff were told already."""
    return fault.startswith(("silenced", "training")) or course_of(fault.partition(":")[0]) is Course.RECIPIENT
