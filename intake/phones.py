"""Telephone numbers as one value: read from what people type, E.164 inside, one masked form for logs.

It knows numbers, not people: nothing here asks whom a number belongs to.
Source: helpdesk requirements, "Telephone numbers".
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Self

import phonenumbers
from phonenumbers import Leniency, NumberParseException, PhoneNumberFormat, PhoneNumberMatcher, ValidationResult

from intake.evenly import MAY_BE_UNSEEN

HOME_REGION = "MZ"
_HOME_CODE = 258
# Numbering plans grow: 88 and 89 are not allotted in every edition of the plan, yet they are mobile numbers.
_HOME_MOBILE = re.compile(r"8[2-9]\d{7}")
_HOME_MOBILE_CUT = re.compile(r"8[2-9]\d{6}")
_E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_WHATSAPP = "whatsapp:"
_PREFIX = re.compile(r"^\s*(?:whatsapp|tel)\s*:", re.IGNORECASE)
_NOT_A_PHONE = re.compile(
    r"\b(?:lotes?|lot|batch|imei|s[eé]rie|serial|pgr)(?:\s+n(?:[.ºo]*|umero|um))?[\s:#.-]*$", re.IGNORECASE
)
_BLANKS = re.compile(r"[^\S\n]+")
_LOOSE_BLANKS = re.compile(r" +(?=[,.;:!?\n]|$)|^ +")
_LONGEST_TEXT = 4096


class PhoneFault(StrEnum):
    """Why a text is no usable telephone number."""

    EMPTY = "empty"
    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_ASSIGNED = "not_assigned"


_SENTENCES = {
    PhoneFault.EMPTY: "the telephone number is empty",
    PhoneFault.NOT_A_NUMBER: "this is not a telephone number",
    PhoneFault.TOO_SHORT: "the telephone number has too few digits",
    PhoneFault.TOO_LONG: "the telephone number has too many digits",
    PhoneFault.NOT_ASSIGNED: "no network uses this telephone number",
}
_LENGTH_FAULTS = {
    ValidationResult.TOO_SHORT: PhoneFault.TOO_SHORT,
    ValidationResult.INVALID_LENGTH: PhoneFault.TOO_SHORT,
    ValidationResult.TOO_LONG: PhoneFault.TOO_LONG,
    ValidationResult.INVALID_COUNTRY_CODE: PhoneFault.NOT_ASSIGNED,
}
_PARSE_FAULTS = {
    NumberParseException.INVALID_COUNTRY_CODE: PhoneFault.NOT_ASSIGNED,
    NumberParseException.TOO_SHORT_AFTER_IDD: PhoneFault.TOO_SHORT,
    NumberParseException.TOO_SHORT_NSN: PhoneFault.TOO_SHORT,
    NumberParseException.TOO_LONG: PhoneFault.TOO_LONG,
}


class PhoneNumberInvalid(ValueError):
    """A text that is no usable number; `fault` says why, and the message never shows the text."""

    def __init__(self, fault: PhoneFault) -> None:
        """Keep the fault; its sentence becomes the message."""
        super().__init__(_SENTENCES[fault])
        self.fault = fault


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A telephone number in E.164 (`+258840000001`); make it with `parse` or `of`, never by hand."""

    e164: str

    @classmethod
    def parse(cls, text: str, region: str = HOME_REGION) -> Self:
        """The number a person wrote, however it is spaced; without a country code it is one of `region`.

        Raises PhoneNumberInvalid; letters are refused, because the library would read them as keys of a keypad.
        """
        cleaned = _PREFIX.sub("", _without_marks(text)).strip()
        fault = _fault_of_form(cleaned)
        if fault:
            raise PhoneNumberInvalid(fault)
        try:
            number = phonenumbers.parse(cleaned, region)
        except NumberParseException as error:
            raise PhoneNumberInvalid(_PARSE_FAULTS.get(error.error_type, PhoneFault.TOO_SHORT)) from error
        fault = _fault_of(number)
        if fault:
            raise PhoneNumberInvalid(fault)
        return cls(phonenumbers.format_number(number, PhoneNumberFormat.E164))

    @classmethod
    def of(cls, e164: str) -> Self:
        """The number of an E.164 text that we stored or WhatsApp sent: it exists, whatever the numbering plan says.

        Raises PhoneNumberInvalid when it is not E.164 or its country code does not exist.
        """
        if not _E164.fullmatch(e164):
            raise PhoneNumberInvalid(PhoneFault.NOT_A_NUMBER)
        try:
            phonenumbers.parse(e164)
        except NumberParseException as error:
            raise PhoneNumberInvalid(_PARSE_FAULTS.get(error.error_type, PhoneFault.NOT_A_NUMBER)) from error
        return cls(e164)

    @property
    def country_code(self) -> int:
        """The country code, 258 for Mozambique."""
        return phonenumbers.parse(self.e164).country_code or 0

    @property
    def national(self) -> str:
        """The digits after the country code: nine for a Mozambican mobile number, which is what Salama takes."""
        return self.e164.removeprefix(f"+{self.country_code}")

    @property
    def is_mozambican_mobile(self) -> bool:
        """True when it can be a field worker's mobile number; fixed lines and foreign numbers are not."""
        return self.country_code == _HOME_CODE and bool(_HOME_MOBILE.fullmatch(self.national))

    @property
    def shown(self) -> str:
        """As people write it: `84 123 4567`; a foreign number in its international form."""
        national = self.national
        if self.is_mozambican_mobile:
            return f"{national[:2]} {national[2:5]} {national[5:]}"
        form = PhoneNumberFormat.NATIONAL if self.country_code == _HOME_CODE else PhoneNumberFormat.INTERNATIONAL
        return phonenumbers.format_number(phonenumbers.parse(self.e164), form)

    @property
    def masked(self) -> str:
        """For logs and lists: `+258 84 *** **67`; of a short number only the last two digits."""
        national = self.national
        start = f"{national[:2]} " if len(national) > 8 else ""
        return f"+{self.country_code} {start}*** **{national[-2:]}"

    @property
    def whatsapp(self) -> str:
        """Its WhatsApp address: `whatsapp:+258840000001`."""
        return _WHATSAPP + self.e164

    def __str__(self) -> str:
        """Masked, so that a number in a log line or an error does no harm."""
        return self.masked

    def __repr__(self) -> str:
        """Masked too."""
        return f"PhoneNumber({self.masked})"


@lru_cache(4096)
def from_whatsapp(address: str) -> PhoneNumber | None:
    """The number of a WhatsApp address; None for one without a number (`whatsapp:MZ.…`, business-scoped id)."""
    try:
        return PhoneNumber.of(address.strip().removeprefix(_WHATSAPP))
    except PhoneNumberInvalid:
        return None


def find_in(text: str) -> tuple[PhoneNumber, str] | None:
    """The first Mozambican number in free text, and the text without it; mobile numbers go before fixed lines.

    Digits after "lote", "IMEI" and the like are no telephone numbers.
    """
    cleaned = _without_marks(text)[:_LONGEST_TEXT]
    fixed_line = None
    for match in PhoneNumberMatcher(cleaned, HOME_REGION, leniency=Leniency.POSSIBLE):
        if match.number.country_code != _HOME_CODE or _fault_of(match.number):
            continue
        if _NOT_A_PHONE.search(cleaned[: match.start]):
            continue
        number = PhoneNumber(phonenumbers.format_number(match.number, PhoneNumberFormat.E164))
        found = number, _join(cleaned[: match.start], cleaned[match.end :])
        if number.is_mozambican_mobile:
            return found
        fixed_line = fixed_line or found
    return fixed_line


def _without_marks(text: str) -> str:
    """`text` in compatibility form, without the invisible marks that chat programs copy along."""
    plain = unicodedata.normalize("NFKC", text)
    if plain.isprintable() and not MAY_BE_UNSEEN.search(plain):
        return plain
    return "".join(char for char in plain if char.isspace() or unicodedata.category(char) not in {"Cf", "Cc"})


def _fault_of_form(cleaned: str) -> PhoneFault | None:
    if not cleaned:
        return PhoneFault.EMPTY
    if any(char.isalpha() for char in cleaned) or not any(char.isdecimal() for char in cleaned):
        return PhoneFault.NOT_A_NUMBER
    return None


def _fault_of(number: phonenumbers.PhoneNumber) -> PhoneFault | None:
    national = phonenumbers.national_significant_number(number)
    if number.country_code == _HOME_CODE:
        if _HOME_MOBILE.fullmatch(national):
            return None
        if _HOME_MOBILE_CUT.fullmatch(national):
            return PhoneFault.TOO_SHORT  # eight digits are a length of fixed lines, so the library finds it possible
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason in _LENGTH_FAULTS:
        return _LENGTH_FAULTS[reason]
    return None if phonenumbers.is_valid_number(number) else PhoneFault.NOT_ASSIGNED


def _join(before: str, after: str) -> str:
    """Both halves as one text, with no double blanks and no blank before a comma."""
    joined = _BLANKS.sub(" ", f"{before} {after}")
    return _LOOSE_BLANKS.sub("", joined).strip()
