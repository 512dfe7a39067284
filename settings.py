"""The bridge's settings: read once from the environment and `.env`, checked, frozen.

Nothing else in the project reads the environment. A wrong value stops the start and names the variable.
"""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from email.utils import parseaddr
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dotenv import dotenv_values

CATEGORIES = ("technical", "user_account", "data_content", "security", "performance", "programmatic", "other")
MEDIA_HOSTS = "api.twilio.com,mms.twiliocdn.com,media.twiliocdn.com"
DEFAULT_SERVICE_CODES = (
    "technical=TechnicalIssues,user_account=UserAccountIssues,data_content=DataIssues,security=SecurityIssues,"
    "performance=PerformanceIssue,programmatic=Other,other=Other"
)


FILE = "_FILE"
"""What a variable's name ends in that names the file of a secret instead of the secret."""


class Misconfigured(Exception):
    """A setting is missing or wrong; the message names every such variable and what it should hold, never its value."""


def _text(raw: str) -> str:
    return raw.strip()


def _words(raw: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in raw.split(",") if part.strip())


def _seconds(raw: str) -> float:
    value = float(raw)
    if not 0 <= value < 86_400:
        raise ValueError("must be a number of seconds from 0 to 86399")
    return value


def _positive(raw: str) -> float:
    value = _seconds(raw)
    if value <= 0:
        raise ValueError("must be a number of seconds above 0")
    return value


def _rate(raw: str) -> float:
    value = float(raw)
    if not 0 <= value <= 1000:
        raise ValueError("must be a number of messages a second from 0 (no limit) to 1000")
    return value


def _url(raw: str) -> str:
    parts = urlsplit(raw.strip())
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address such as https://bridge.example.org")
    return raw.strip().rstrip("/")


def _zone(raw: str) -> ZoneInfo:
    try:
        return ZoneInfo(raw.strip())
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError("must be a time zone name such as Africa/Maputo") from error


def _clock(raw: str) -> int:
    """Minutes after midnight of `HH:MM`; 24:00 is the end of the day (SOP: "6:00 am – 12.00 am")."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*", raw)
    minutes = int(match[1]) * 60 + int(match[2]) if match and int(match[2]) < 60 else -1
    if not 0 <= minutes <= 24 * 60:
        raise ValueError("must be a time of day such as 06:00; midnight at the end of the day is 24:00")
    return minutes


def _day(raw: str) -> date | None:
    return date.fromisoformat(raw.strip()) if raw.strip() else None


def _days(raw: str) -> int:
    value = int(raw) if raw.strip().isdecimal() else -1
    if not 0 <= value <= 36_500:
        raise ValueError("must be a number of days from 0 (keep for ever) to 36500")
    return value


def _path(raw: str) -> Path | None:
    return Path(raw).expanduser() if raw.strip() else None


def _pairs(raw: str) -> Mapping[str, str]:
    parts = _words(raw)
    if any("=" not in part for part in parts):
        raise ValueError("must be pairs such as name=value, separated by commas")
    return dict(cast("tuple[str, str]", tuple(part.split("=", 1))) for part in parts)


def _credentials(raw: str) -> Mapping[str, str]:
    """User names with passwords: pairs after commas, or `@` and a file with one pair on each line."""
    if not raw.strip().startswith("@"):
        lines = list(_words(raw))
    else:
        try:
            lines = Path(raw.strip()[1:]).expanduser().read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ValueError("names a file that cannot be read") from error
    pairs = [line.strip().partition("=") for line in lines if line.strip() and not line.strip().startswith("#")]
    if not all(name.strip() and secret for name, _, secret in pairs):
        raise ValueError("must be pairs such as username=password, separated by commas or lines")
    return {name.strip(): secret for name, _, secret in pairs}


def _codes(raw: str) -> Mapping[str, str]:
    """Service codes by category; categories that are not named keep their default code."""
    given = {category.strip(): code.strip() for category, code in _pairs(raw).items()}
    if set(given) - set(CATEGORIES) or not all(given.values()):
        raise ValueError(
            "must map categories (" + ", ".join(CATEGORIES) + ") to service codes, as in technical=TechnicalIssues,…"
        )
    return dict(_pairs(DEFAULT_SERVICE_CODES)) | given


def _mail_server(*schemes: str) -> Callable[[str], str]:
    def read(raw: str) -> str:
        try:
            parts = urlsplit(raw.strip())
            is_good = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
        except ValueError:  # its text may show a part of the password
            is_good = False
        if raw.strip() and not is_good:
            raise ValueError(f"must be an address such as {schemes[0]}://user:password@mail.example.org")
        return raw.strip()

    return read


_ADDRESS = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
"""An address that every mail server takes, as `mail.addresses` has it."""


def _mail_sender(raw: str) -> str:
    address = parseaddr(raw)[1]
    is_whole = ("<" in raw or raw.strip() == address) and not set("\r\n") & set(raw.strip())
    if raw.strip() and not (is_whole and re.fullmatch(_ADDRESS, address)):
        raise ValueError("must be an address such as Helpdesk SPAQ <helpdesk@example.org>")
    return raw.strip()


def _sender(raw: str) -> str:
    if raw.strip() and not re.fullmatch(r"whatsapp:\+\d{8,15}", raw.strip()):
        raise ValueError("must be the WhatsApp sender, such as whatsapp:+258850000000")
    return raw.strip()


def _beginnings(raw: str) -> tuple[str, ...]:
    """Numbers, or what several begin with; long enough that nobody turns a country into trainees by mistake."""
    parts = tuple(re.sub(r"[ -]", "", part) for part in _words(raw))
    if not all(re.fullmatch(r"\+\d{8,15}", part) for part in parts):
        raise ValueError("must be numbers such as +258840000090 or what they begin with (at least eight digits)")
    return parts


def _training_faults(values: Mapping[str, Any]) -> list[str]:
    """What must hold before anything of the training may run: it has a sandbox, and shares nothing with the rest."""
    if not (values["training_sender"] or values["training_numbers"]):
        return []
    faults = []
    sandbox, live = values["training_salama_url"], values["salama_base_url"]
    if not sandbox:
        faults.append("BRIDGE_TRAINING_SALAMA_URL: is needed for training, which never uses the real Salama")
    elif live and urlsplit(sandbox).netloc.casefold() == urlsplit(live).netloc.casefold():
        faults.append("BRIDGE_TRAINING_SALAMA_URL: must not be on the server of SALAMA_BASE_URL")
    if values["training_database_url"] == values["database_url"]:
        faults.append("BRIDGE_TRAINING_DATABASE_URL: must not be the database of BRIDGE_DATABASE_URL")
    if values["training_sender"] and values["training_sender"] == values["twilio_sender"]:
        faults.append("BRIDGE_TRAINING_SENDER: must not be TWILIO_WHATSAPP_FROM; see BRIDGE_TRAINING_NUMBERS")
    return faults


def _kept_in_file(source: Mapping[str, str], variable: str, read: Callable[[str], Any]) -> str:
    """The secret in the file that `<variable>_FILE` names, without the line end; empty when none is named."""
    path = source.get(f"{variable}{FILE}", "").strip()
    if not path:
        return ""
    if read is _credentials:
        return f"@{path}"  # its lines may hold commas
    try:
        return Path(path).expanduser().read_text(encoding="utf-8").strip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{variable}{FILE} names a file that cannot be read") from error


def _without_overruled(file: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """`.env` without what the environment gives in the other way: the value for its file, or the file for its value."""
    other = {f"{name}{FILE}" for name, value in given.items() if value}
    other |= {name.removesuffix(FILE) for name, value in given.items() if value and name.endswith(FILE)}
    return {name: value for name, value in file.items() if name not in other}


def _phone(raw: str) -> str:
    number = re.sub(r"[\s()-]", "", raw)
    if number and not re.fullmatch(r"\+\d{8,15}", number):
        raise ValueError("must be a telephone number such as +258840000000")
    return number


def _var(name: str, read: Callable[[str], Any], default: str, *, secret: bool = False) -> Any:
    return field(metadata={"variable": name, "read": read, "default": default}, repr=not secret)


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, typed. `Settings.load()` reads them; secrets never appear in `repr`."""

    database_url: str = _var("BRIDGE_DATABASE_URL", _text, "sqlite:///var/bridge.db", secret=True)
    public_url: str = _var("BRIDGE_PUBLIC_URL", _url, "http://127.0.0.1:8000")
    secret_key: str = _var("BRIDGE_SECRET_KEY", _text, "", secret=True)
    limit_person: str = _var("BRIDGE_LIMIT_PERSON", _text, "40/minute;400/hour")
    limit_all: str = _var("BRIDGE_LIMIT_ALL", _text, "6000/minute")
    gather_s: float = _var("BRIDGE_GATHER_SECONDS", _seconds, "4")
    retention_days: int = _var("BRIDGE_RETENTION_DAYS", _days, "90")
    heartbeat_phone: str = _var("BRIDGE_HEARTBEAT_PHONE", _phone, "")
    heartbeat_s: float = _var("BRIDGE_HEARTBEAT_SECONDS", _positive, "1800")
    campaign_file: Path | None = _var("BRIDGE_CAMPAIGN_FILE", _path, "")
    timezone: ZoneInfo = _var("BRIDGE_TIMEZONE", _zone, "Africa/Maputo")
    open_minute: int = _var("BRIDGE_OPEN", _clock, "06:00")
    close_minute: int = _var("BRIDGE_CLOSE", _clock, "24:00")
    campaign_start: date | None = _var("BRIDGE_CAMPAIGN_START", _day, "")
    campaign_end: date | None = _var("BRIDGE_CAMPAIGN_END", _day, "")
    twilio_account_sid: str = _var("TWILIO_ACCOUNT_SID", _text, "")
    twilio_auth_tokens: tuple[str, ...] = _var("TWILIO_AUTH_TOKEN", _words, "", secret=True)
    twilio_sender: str = _var("TWILIO_WHATSAPP_FROM", _sender, "")
    twilio_api_base_url: str = _var("TWILIO_API_BASE_URL", _url, "https://api.twilio.com")
    twilio_media_hosts: tuple[str, ...] = _var("TWILIO_MEDIA_HOSTS", _words, MEDIA_HOSTS)
    twilio_rate: float = _var("TWILIO_MESSAGES_PER_SECOND", _rate, "80")
    twilio_contents: Mapping[str, str] = _var("TWILIO_CONTENT_SIDS", _pairs, "")
    salama_base_url: str = _var("SALAMA_BASE_URL", lambda raw: _url(raw) if raw.strip() else "", "")
    salama_tenant_id: str = _var("SALAMA_TENANT_ID", _text, "mz")
    salama_username: str = _var("SALAMA_USERNAME", _text, "")
    salama_password: str = _var("SALAMA_PASSWORD", _text, "", secret=True)
    salama_client_id: str = _var("SALAMA_CLIENT_ID", _text, "egov-user-client")
    salama_client_secret: str = _var("SALAMA_CLIENT_SECRET", _text, "", secret=True)
    salama_service_codes: Mapping[str, str] = _var("SALAMA_SERVICE_CODES", _codes, DEFAULT_SERVICE_CODES)
    salama_poll_s: float = _var("SALAMA_POLL_SECONDS", _positive, "30")
    salama_refile_s: float = _var("SALAMA_REFILE_SECONDS", _positive, "300")
    salama_staff: Mapping[str, str] = _var("SALAMA_STAFF_CREDENTIALS", _credentials, "", secret=True)
    training_sender: str = _var("BRIDGE_TRAINING_SENDER", _sender, "")
    training_numbers: tuple[str, ...] = _var("BRIDGE_TRAINING_NUMBERS", _beginnings, "")
    training_database_url: str = _var("BRIDGE_TRAINING_DATABASE_URL", _text, "sqlite:///var/training.db", secret=True)
    training_salama_url: str = _var("BRIDGE_TRAINING_SALAMA_URL", lambda raw: _url(raw) if raw.strip() else "", "")
    training_salama_username: str = _var("BRIDGE_TRAINING_SALAMA_USERNAME", _text, "bridge")
    training_salama_password: str = _var("BRIDGE_TRAINING_SALAMA_PASSWORD", _text, "", secret=True)
    smtp_url: str = _var("SMTP_URL", _mail_server("smtp", "smtps"), "", secret=True)
    mail_from: str = _var("MAIL_FROM", _mail_sender, "")
    imap_url: str = _var("IMAP_URL", _mail_server("imap", "imaps"), "", secret=True)
    mail_poll_s: float = _var("MAIL_POLL_SECONDS", _positive, "60")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None, dotenv: Path | None = Path(".env")) -> "Settings":
        """Read the environment over `.env` over the defaults. Raises Misconfigured with a line for each wrong variable.

        A secret may also stand in a file, which a variable of its name and `_FILE` names (as container secrets do).
        """
        file = {k: v or "" for k, v in dotenv_values(dotenv).items()} if dotenv and dotenv.exists() else {}
        given = dict(os.environ if environ is None else environ)
        source = _without_overruled(file, given) | given
        values: dict[str, Any] = {}
        faults = []
        for item in fields(cls):
            variable = item.metadata["variable"]
            try:
                read, raw = item.metadata["read"], source.get(variable)
                kept = "" if raw or item.repr else _kept_in_file(source, variable, read)
                values[item.name] = read(raw or kept or item.metadata["default"])
            except ValueError as error:
                faults.append(f"{variable}: {error}")
        if not faults and values["open_minute"] >= values["close_minute"]:
            faults.append("BRIDGE_CLOSE: must be later than BRIDGE_OPEN")
        if not faults:
            faults += _training_faults(values)
        start, end = values.get("campaign_start"), values.get("campaign_end")
        if start and end and end < start:
            faults.append("BRIDGE_CAMPAIGN_END: must not be before BRIDGE_CAMPAIGN_START")
        if faults:
            raise Misconfigured("These settings are wrong:\n  " + "\n  ".join(faults))
        return cls(**values)

    @property
    def has_training(self) -> bool:
        """Whether anybody is to be trained."""
        return bool(self.training_sender or self.training_numbers)

    def require(self, *names: str) -> None:
        """Stop with Misconfigured when one of these fields (given by field name) is empty."""
        variables = {item.name: item.metadata["variable"] for item in fields(self)}
        missing = [variables[name] for name in names if not getattr(self, name)]
        if missing:
            raise Misconfigured("These settings are missing:\n  " + "\n  ".join(missing) + "\nSee .env.example.")
