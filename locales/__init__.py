"""Words, dates and times for people, in Portuguese, English and whatever language a campaign adds.

Catalogues are read from the .po files themselves; what a further language's catalogue leaves out is said in Portuguese.
"""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib import resources
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LANGUAGES = ("pt", "en")
"""The languages that ship with the product."""
DEFAULT = "pt"
_LOCALE = {"pt": "pt_MZ", "en": "en_GB"}
_PLACE = re.compile(r"\{(\w+)\}")


class CatalogueInvalid(Exception):
    """A catalogue or a locale cannot be used; the message says why."""


@cache
def catalogue(language: str) -> NullTranslations:
    """The message catalogue of a language; an unknown language gets the Portuguese one.

    English needs no catalogue: the messages are written in English in the program.
    """
    if language == "en":
        return NullTranslations()
    return _compiled(_portuguese(), "pt")


def _portuguese() -> bytes:
    return resources.files("locales").joinpath("pt/LC_MESSAGES/messages.po").read_bytes()


def _compiled(source: bytes, locale: str) -> GNUTranslations:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=locale, abort_invalid=True))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def messages() -> Mapping[str, frozenset[str]]:
    """Every message of the product by its English text, with the names of the places in it."""
    return {
        each if isinstance(each, str) else each[0]: frozenset(
            _PLACE.findall(each if isinstance(each, str) else each[1])
        )
        for each in (message.id for message in read_po(io.BytesIO(_portuguese()), locale="pt") if message.id)
    }


def read_catalogue(source: bytes, locale: str) -> NullTranslations:
    """A further language's catalogue from the text of its .po file; `locale` is babel's, such as `fr_FR`.

    Raises CatalogueInvalid when it is no catalogue, a translation has other places than its message, or the locale is
    not known.
    """
    known = messages()
    try:
        Locale.parse(locale)
        entries = read_po(io.BytesIO(source), locale=locale, abort_invalid=True)
        found = _compiled(source, locale)
    except UnknownLocaleError as error:
        raise CatalogueInvalid(f"«{locale}» is no locale that is known; write one such as fr_FR or pt_MZ") from error
    except (PoFileError, ValueError) as error:
        raise CatalogueInvalid(f"this is no catalogue: {error}") from error
    for entry in entries:
        message = entry.id if isinstance(entry.id, str) else entry.id[0]
        texts = [entry.string] if isinstance(entry.string, str) else list(entry.string or ())
        for text in (each for each in texts if message in known and each):
            if not set(_PLACE.findall(text)) <= known[message]:
                raise CatalogueInvalid(f"«{text}» has places in braces that its message has not")
    found.add_fallback(catalogue(DEFAULT))
    return found


@dataclass(frozen=True, eq=False)
class Book:
    """What a campaign adds to the product's words: catalogues and locales of more languages, sentences said otherwise.

    `wording` has the other sentence by the message's English text and the language.
    """

    catalogues: Mapping[str, NullTranslations] = field(default_factory=dict)
    locales: Mapping[str, str] = field(default_factory=dict)
    wording: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def catalogue(self, language: str) -> NullTranslations:
        """The catalogue of a language, the Portuguese one for an unknown one."""
        return self.catalogues.get(language) or catalogue(language)

    def locale(self, language: str) -> str:
        """The locale whose dates and lists a language has."""
        return self.locales.get(language) or _LOCALE.get(language, _LOCALE[DEFAULT])

    def said(self, message: str, language: str) -> str:
        """The campaign's own sentence for a message, empty where it has none."""
        return self.wording[message].get(language, "") if message in self.wording else ""


SHIPPED = Book()
"""The product's words and nothing else."""


@dataclass(frozen=True, slots=True)
class Voice:
    """One language in one time zone: messages, and instants as people read them."""

    language: str
    zone: ZoneInfo
    book: Book = SHIPPED

    def gettext(self, message: str) -> str:
        """The message in this language."""
        return self.book.said(message, self.language) or self.book.catalogue(self.language).gettext(message)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The message in this language for `count` things."""
        return self.book.said(one, self.language) or self.book.catalogue(self.language).ngettext(one, many, count)

    def pgettext(self, context: str, message: str) -> str:
        """The message in this language, where its meaning depends on `context`."""
        return self.book.catalogue(self.language).pgettext(context, message)

    def local(self, instant: datetime) -> datetime:
        """The instant on the local clock."""
        return instant.astimezone(self.zone)

    def clock(self, instant: datetime) -> str:
        """Time of day, `18:20`."""
        return format_time(self.local(instant), "HH:mm", locale=self.book.locale(self.language))

    def day(self, instant: datetime) -> str:
        """Day and month, `03/02`."""
        return format_date(self.local(instant), "dd/MM", locale=self.book.locale(self.language))

    def moment(self, instant: datetime, now: datetime) -> str:
        """When something was, seen from now: `18:20`, `yesterday at 18:20`, `03/02 at 18:20`."""
        days = (self.local(now).date() - self.local(instant).date()).days
        if days == 0:
            return self.gettext("today at {time}").format(time=self.clock(instant))
        if days == 1:
            return self.gettext("yesterday at {time}").format(time=self.clock(instant))
        return format_datetime(self.local(instant), "dd/MM HH:mm", locale=self.book.locale(self.language))

    def part_of_day(self, now: datetime) -> str:
        """The greeting for this hour."""
        hour = self.local(now).hour
        if 5 <= hour < 12:
            return self.gettext("Good morning")
        return self.gettext("Good afternoon") if 12 <= hour < 18 else self.gettext("Good evening")

    def listed(self, items: list[str], style: Literal["standard", "or"] = "standard") -> str:
        """Things in a row, with the language's "and" or "or"."""
        return format_list(items, style, locale=self.book.locale(self.language))

    def language_name(self, code: str, otherwise: str) -> str:
        """What this language calls the language of a code, `otherwise` where it has no name for it."""
        return str(Locale.parse(self.book.locale(self.language)).languages.get(code) or otherwise)
