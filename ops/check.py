"""Verifies a deployment: settings, database, Salama, Twilio and its templates, mail.

Each check answers findings with what to do; none prints a secret.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.twilio import configuration_fault
from mail.checking import look_at
from ops.check_salama import SALAMA_CHECKS
from ops.check_training import training
from ops.check_twilio import twilio_account, twilio_contents
from ops.findings import Finding, Standing, fail, judged, note, ok
from settings import Misconfigured
from store.delivery import DeliveryError, Refused
from store.people import Boundary, Person, Role
from store.schema import is_current

if TYPE_CHECKING:
    from assembly import Bridge

MOST_APART_S = 60
_UNREACHABLE = "no answer"
_SERVICE = {
    "Salama": "see whether SALAMA_BASE_URL is right, this machine may reach it, and Salama is up",
    "Twilio": "see whether this machine may reach TWILIO_API_BASE_URL (https, port 443)",
}
Check = Callable[["Bridge"], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What to leave out: `uploads` puts three tiny files into Salama's file store."""

    uploads: bool = True


def run_checks(parts: "Bridge", scope: Scope | None = None) -> list[Finding]:
    """All findings; a check that cannot be made is a finding, too, and what rests on it is left out."""
    found: list[Finding] = []
    silent: set[str] = set()
    for name, service, check in _checks(scope or Scope()):
        if service in silent:
            continue
        try:
            found += list(check(parts))
        except Misconfigured as error:
            found.append(fail(name, _one_line(error), "set them; .env.example explains each"))
            silent.add(service)
        except DeliveryError as error:
            found.append(_not_made(name, service, error))
            if name in (SALAMA_CHECKS[0][0], "Twilio account"):
                silent.add(service)
        except SQLAlchemyError as error:
            says = f"{type(error).__name__}: the database does not answer"
            found.append(fail(name, says, "see whether BRIDGE_DATABASE_URL is right and the database is up"))
    for service in sorted(silent - {""}):
        found.append(note(f"{service}, the rest", "not looked at, since the above comes first"))
    return found


def is_failed(findings: list[Finding]) -> bool:
    """Whether anything must be mended."""
    return any(each.standing is Standing.FAIL for each in findings)


def _checks(scope: Scope) -> Iterator[tuple[str, str, Check]]:
    yield "settings", "", _settings
    yield "database", "", _database
    for name, check, writes in SALAMA_CHECKS:
        if scope.uploads or not writes:
            yield name, "Salama", check
    yield "Twilio account", "Twilio", twilio_account
    yield "Twilio contents", "Twilio", twilio_contents
    yield "mail", "", _mail
    yield "training", "", training


def _not_made(name: str, service: str, error: DeliveryError) -> Finding:
    """A check that the other side refused, or did not answer."""
    known = configuration_fault(error.code)
    if known:
        says, _, remedy = known.partition(": ")
        return fail(name, f"{error.code}: {says}", remedy or "see Twilio's console")
    if isinstance(error, Refused):
        return fail(name, error.code, error.sentence)
    return fail(name, f"{error.code}: {_UNREACHABLE}", _SERVICE.get(service, "try again"))


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _settings(parts: "Bridge") -> Iterator[Finding]:
    settings = parts.settings
    yield judged(
        "BRIDGE_PUBLIC_URL",
        settings.public_url.startswith("https://"),
        settings.public_url,
        "Twilio needs an https address",
        "put a TLS proxy before the bridge and set its address here, as in Twilio's console without the path",
    )
    yield judged(
        "BRIDGE_SECRET_KEY",
        bool(settings.secret_key),
        "set",
        "missing",
        'python3 -c "import secrets; print(secrets.token_urlsafe(32))"; the same for all processes',
    )
    yield ok("campaign", f"{parts.campaign.id}: {len(parts.campaign.categories)} categories")
    yield from _windows(parts)


def _windows(parts: "Bridge") -> Iterator[Finding]:
    """The helpdesk's days and hours; an end at an odd minute is one of another zone's midnights (A8.6)."""
    settings, spans = parts.settings, parts.calendar.spans
    has_half = (settings.campaign_start is None) != (settings.campaign_end is None)
    yield judged(
        "campaign window",
        not has_half,
        ", ".join(f"{first} to {last}" for first, last in spans) or "none set, so it is open every day",
        "BRIDGE_CAMPAIGN_START and BRIDGE_CAMPAIGN_END belong together",
        "set both or none",
    )
    for variable, minute in (("BRIDGE_OPEN", settings.open_minute), ("BRIDGE_CLOSE", settings.close_minute)):
        clock = f"{minute // 60:02d}:{minute % 60:02d} {settings.timezone.key}"
        wrong = f"{clock} is an odd minute; is it another zone's time?"
        yield judged(variable, minute % 15 == 0, clock, wrong, f"write it as {settings.timezone.key} has it")


def _database(parts: "Bridge") -> Iterator[Finding]:
    with parts.sessions() as session:
        session.execute(text("SELECT 1"))
        yield ok("database", parts.engine.dialect.name)
        if parts.engine.dialect.name == "postgresql":
            yield _database_clock(session.scalar(text("SELECT clock_timestamp()")))
        session.rollback()
    current = is_current(parts.engine)
    yield judged("schema", current, "up to date", "is not the newest", "run: bridge db upgrade")
    if current:
        yield from _contents(parts)


def _database_clock(there: datetime | None) -> Finding:
    apart = abs((there - datetime.now(UTC)).total_seconds()) if there else 0.0
    wrong = f"{apart:.0f} s apart from this machine's"
    remedy = "let both machines follow NTP: timedatectl set-ntp true"
    return judged("database clock", apart <= MOST_APART_S, "as this machine's", wrong, remedy)


def _contents(parts: "Bridge") -> Iterator[Finding]:
    with parts.sessions() as session:
        areas = session.scalar(select(func.count()).select_from(Boundary)) or 0
        roles = list(session.scalars(select(Person.role).where(Person.is_active)))
    yield judged("people", bool(roles), f"{len(roles)} enrolled", "nobody", "run: bridge people import FILE")
    yield judged("boundaries", areas > 0, f"{areas} areas", "none", "run: bridge boundaries import FILE")
    for role, tells in ((Role.L2, "nobody hears of new tickets"), (Role.L2_LEAD, "nobody hears of alarms")):
        if roles and role.value not in roles:
            yield note(f"role {role.value}", f"nobody has it: {tells}", "enrol them: bridge people import FILE")


def _mail(parts: "Bridge") -> Iterator[Finding]:
    for look in look_at(parts.mail):
        remedy = "correct SMTP_URL, IMAP_URL and MAIL_FROM, or enrol level 3 with an e-mail address"
        yield judged(look.what, look.is_ok, look.says, look.says, remedy)
