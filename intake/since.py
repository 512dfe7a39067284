"""Reads since when something is so: "desde ontem", "há 3 dias", "since Monday" → an instant. Pure.

A day without an hour begins in its morning; a weekday is the last one before today; nothing lies in the future.
"""

import re
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from intake.places.words import fold

MORNING, NOON, AFTERNOON, EVENING = time(6), time(12), time(13), time(18)
_NUMBERS = {
    "um": 1, "uma": 1, "a": 1, "an": 1, "one": 1, "dois": 2, "duas": 2, "two": 2, "tres": 3, "three": 3, "quatro": 4,
    "four": 4, "cinco": 5, "five": 5, "seis": 6, "six": 6, "sete": 7, "seven": 7, "dez": 10, "ten": 10,
}  # fmt: skip
_UNITS = {
    "minuto": timedelta(minutes=1), "min": timedelta(minutes=1), "minute": timedelta(minutes=1),
    "hora": timedelta(hours=1), "h": timedelta(hours=1), "hour": timedelta(hours=1),
    "dia": timedelta(days=1), "day": timedelta(days=1),
    "semana": timedelta(days=7), "week": timedelta(days=7),
}  # fmt: skip
_WEEKDAYS = {
    "segunda": 0, "terca": 1, "quarta": 2, "quinta": 3, "sexta": 4, "sabado": 5, "domingo": 6,
    "monday": 0, "tuesday": 1, "wednesday": 2, "thursday": 3, "friday": 4, "saturday": 5, "sunday": 6,
}  # fmt: skip
_PARTS = {
    "madrugada": time(0), "manha": MORNING, "cedo": MORNING, "morning": MORNING, "meio-dia": NOON, "noon": NOON,
    "tarde": AFTERNOON, "afternoon": AFTERNOON, "noite": EVENING, "night": EVENING, "evening": EVENING,
}  # fmt: skip
_DAYS_BACK = {
    "hoje": 0, "hj": 0, "today": 0, "this": 0, "tonight": 0, "ontem": 1, "yesterday": 1, "last night": 1,
    "anteontem": 2, "antes de ontem": 2, "the day before yesterday": 2,
}  # fmt: skip
_NUMBER = r"(\d{1,3}|" + "|".join(_NUMBERS) + ")"
_AGO = re.compile(
    rf"\b(?:ha|faz|desde ha)\s+(?:mais de\s+|cerca de\s+)?{_NUMBER}\s*(minuto|min|hora|h|dia|semana)s?\b"
    rf"|\b(?:for|since)\s+(?:about\s+|over\s+)?{_NUMBER}\s+(minute|hour|day|week)s?\b"
    rf"|\b{_NUMBER}\s+(minute|hour|day|week|minuto|hora|dia|semana)s?\s+(?:ago|atras)\b"
)
_DAY = re.compile(r"\b(" + "|".join(sorted(_DAYS_BACK, key=len, reverse=True)) + r")\b")
_WEEKDAY = re.compile(r"\b(" + "|".join(_WEEKDAYS) + r")\b")
_PART = re.compile(r"\b(" + "|".join(_PARTS) + r")\b")
_CLOCK = re.compile(
    r"\b(?:as|pelas|at|since|desde)\s+(?:as\s+)?([01]?\d|2[0-3])"
    r"(?:[:h]([0-5]\d)|\s*h(?:oras?)?\b|\s*(am|pm)\b|\b(?!\s*[\w:/-]))"
)
_DATE = re.compile(r"\b(?:dia\s+)?(\d{1,2})[/-](\d{1,2})(?:[/-](\d{4}))?\b|\bdia\s+(\d{1,2})\b")


def read_since(words: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The instant (aware, in `zone`) that `words` tell at `now`; None when they tell none, or one of the future."""
    folded, local = " ".join(fold(words).split()), now.astimezone(zone)
    for read in (_ago, _on_date, _on_weekday, _on_day, _at_hour):
        found = read(folded, local)
        if found is not None:
            return found if found <= local else None
    return None


def _ago(words: str, now: datetime) -> datetime | None:
    found = _AGO.search(words)
    if found is None:
        return None
    number, unit = (group for group in found.groups() if group is not None)
    return now - (_NUMBERS.get(number) or int(number)) * _UNITS[unit]


def _on_date(words: str, now: datetime) -> datetime | None:
    found = _DATE.search(words)
    if found is None:
        return None
    day, month = int(found[1] or found[4]), int(found[2] or now.month)
    for year, each in ((int(found[3] or now.year), month), (now.year - 1, month), (now.year, month - 1)):
        try:
            at = datetime.combine(now.replace(year=year, month=each, day=day).date(), _hour(words), now.tzinfo)
        except ValueError:
            continue
        if at <= now and (year == now.year or now - at < timedelta(days=100)):
            return at
    return None


def _on_weekday(words: str, now: datetime) -> datetime | None:
    found = _WEEKDAY.search(words)
    if found is None:
        return None
    back = (now.weekday() - _WEEKDAYS[found[1]]) % 7 or 7
    return _day(now, back, words)


def _on_day(words: str, now: datetime) -> datetime | None:
    found = _DAY.search(words)
    if found is not None:
        at = _day(now, _DAYS_BACK[found[1]], words)
        return min(at, now) if found[1] in {"hoje", "hj", "today"} and not _PART.search(words) else at
    if _PART.search(words) is None or _CLOCK.search(words) is not None:
        return None
    at = _day(now, 0, words)
    return at if at <= now else at - timedelta(days=1)


def _at_hour(words: str, now: datetime) -> datetime | None:
    if _CLOCK.search(words) is None:
        return None
    at = _day(now, 0, words)
    return at if at <= now else at - timedelta(days=1)


def _day(now: datetime, back: int, words: str) -> datetime:
    return datetime.combine(now.date() - timedelta(days=back), _hour(words), now.tzinfo)


def _hour(words: str) -> time:
    """The hour that words tell: by the clock, else by the part of the day, else the morning."""
    clock = _CLOCK.search(words)
    part = _PART.search(words)
    if clock is not None:
        hour, minute = int(clock[1]), int(clock[2] or 0)
        is_late = clock[3] == "pm" or (part is not None and _PARTS[part[1]] >= AFTERNOON)
        return time(hour + 12 if is_late and hour < 12 else hour, minute)
    return _PARTS[part[1]] if part is not None else MORNING
