"""Words, dates and times for people, in Portuguese and English; catalogues are read from the .po files themselves."""

import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("pt", "en")
DEFAULT = "pt"
_LOCALE = {"pt": "pt_MZ", "en": "en_GB"}


@cache
def catalogue(language: str) -> NullTranslations:
    """The message catalogue of a language; an unknown language gets the Portuguese one.

    English needs no catalogue: the messages are written in English in the program.
    """
    if language == "en":
        return NullTranslations()
    source = resources.files("locales").joinpath("pt/LC_MESSAGES/messages.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale="pt"))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Voice:
    """One language in one time zone: messages, and instants as people read them."""

    language: str
    zone: ZoneInfo

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return catalogue(self.language).gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The message in this language for `count` things."""
        return catalogue(self.language).ngettext(one, many, count)

    def pgettext(self, context: str, message: str) -> str:
        """The message in this language, where its meaning depends on `context`."""
        return catalogue(self.language).pgettext(context, message)

    def local(self, instant: datetime) -> datetime:
        """The instant on the local clock."""
        return instant.astimezone(self.zone)

    def clock(self, instant: datetime) -> str:
        """Time of day, `18:20`."""
        return format_time(self.local(instant), "HH:mm", locale=_LOCALE[self._known])

    def day(self, instant: datetime) -> str:
        """Day and month, `03/02`."""
        return format_date(self.local(instant), "dd/MM", locale=_LOCALE[self._known])

    def moment(self, instant: datetime, now: datetime) -> str:
        """When something was, seen from now: `18:20`, `yesterday at 18:20`, `03/02 at 18:20`."""
        days = (self.local(now).date() - self.local(instant).date()).days
        if days == 0:
            return self.gettext("today at {time}").format(time=self.clock(instant))
        if days == 1:
            return self.gettext("yesterday at {time}").format(time=self.clock(instant))
        return format_datetime(self.local(instant), "dd/MM HH:mm", locale=_LOCALE[self._known])

    def part_of_day(self, now: datetime) -> str:
        """The greeting for this hour."""
        hour = self.local(now).hour
        if 5 <= hour < 12:
            return self.gettext("Good morning")
        return self.gettext("Good afternoon") if 12 <= hour < 18 else self.gettext("Good evening")

    def listed(self, items: list[str]) -> str:
        """Things in a row, with the language's "and"."""
        return format_list(items, locale=_LOCALE[self._known])

    @property
    def _known(self) -> str:
        return self.language if self.language in LANGUAGES else DEFAULT
