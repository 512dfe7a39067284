"""Verifies a deployment: settings, database, Salama's login, rights, codes and workflow, Twilio's credentials.

Each check answers one finding with what to do; none prints a secret.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from bot.twilio import configuration_fault
from mail.checking import look_at
from settings import CATEGORIES, Misconfigured
from store.delivery import DeliveryError
from store.people import Boundary, Person
from store.schema import is_current

if TYPE_CHECKING:
    from assembly import Bridge

NEEDED_ROLE = "HELPDESK_USER"
NEEDED_ACTIONS = frozenset({"ASSIGN", "RESOLVE", "REJECT"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is in order, and what it says."""

    what: str
    is_ok: bool
    says: str


_NO_ANSWER = "no answer; see whether the address is right and the service is up"
Check = Callable[["Bridge"], Iterator[Finding]]


def run_checks(parts: "Bridge") -> list[Finding]:
    """All findings; a check that cannot be made is a finding, too."""
    found: list[Finding] = []
    for name, check in _CHECKS.items():
        try:
            found += list(check(parts))
        except Misconfigured as error:
            found.append(Finding(name, False, " ".join(str(error).split())))
        except DeliveryError as error:
            says = getattr(error, "sentence", "") or configuration_fault(error.code) or _NO_ANSWER
            found.append(Finding(name, False, f"{error.code}: {says}"))
        except SQLAlchemyError as error:
            found.append(Finding(name, False, f"{type(error).__name__}: see BRIDGE_DATABASE_URL"))
    return found


def _settings(parts: "Bridge") -> Iterator[Finding]:
    settings = parts.settings
    is_public = settings.public_url.startswith("https://")
    yield Finding("BRIDGE_PUBLIC_URL", is_public, settings.public_url if is_public else "Twilio needs an https address")
    yield Finding("BRIDGE_SECRET_KEY", bool(settings.secret_key), "set" if settings.secret_key else "missing")
    yield Finding("campaign", True, f"{parts.campaign.id}: {len(parts.campaign.categories)} categories")
    yield from _windows(parts)


def _windows(parts: "Bridge") -> Iterator[Finding]:
    """The helpdesk's days and hours; an end at an odd minute is one of another zone's midnights (A8.6)."""
    settings, spans = parts.settings, parts.calendar.spans
    if (settings.campaign_start is None) != (settings.campaign_end is None):
        says = "BRIDGE_CAMPAIGN_START and BRIDGE_CAMPAIGN_END belong together; set both or none"
        yield Finding("campaign window", False, says)
    else:
        says = ", ".join(f"{first} to {last}" for first, last in spans) or "none set, so it is open every day"
        yield Finding("campaign window", True, says)
    for variable, minute in (("BRIDGE_OPEN", settings.open_minute), ("BRIDGE_CLOSE", settings.close_minute)):
        is_even = minute % 15 == 0
        clock = f"{minute // 60:02d}:{minute % 60:02d} {settings.timezone.key}"
        yield Finding(variable, is_even, clock if is_even else f"{clock} is an odd minute; is it another zone's time?")


def _database(parts: "Bridge") -> Iterator[Finding]:
    with parts.sessions() as session:
        session.execute(text("SELECT 1"))
        yield Finding("database", True, parts.engine.dialect.name)
        session.rollback()
    current = is_current(parts.engine)
    yield Finding("schema", current, "up to date" if current else "run: bridge db upgrade")
    if current:
        with parts.sessions() as session:
            people = session.scalar(select(func.count()).select_from(Person).where(Person.is_active)) or 0
            areas = session.scalar(select(func.count()).select_from(Boundary)) or 0
        yield Finding("people", people > 0, f"{people} enrolled" if people else "run: bridge people import FILE")
        yield Finding("boundaries", areas > 0, f"{areas} areas" if areas else "run: bridge boundaries import FILE")


def _salama_login(parts: "Bridge") -> Iterator[Finding]:
    roles = parts.salama.account_roles()
    yield Finding("Salama login", True, f"{len(roles)} roles")
    has_role = NEEDED_ROLE in roles
    yield Finding("Salama roles", has_role, NEEDED_ROLE if has_role else f"give the service account {NEEDED_ROLE}")
    for username in parts.settings.salama_staff:
        is_in = parts.salama.caller(username).username is not None
        says = "the login is good" if is_in else "Salama refuses the login; correct SALAMA_STAFF_CREDENTIALS"
        yield Finding(f"Salama login of {username}", is_in, says)


def _salama_codes(parts: "Bridge") -> Iterator[Finding]:
    live = parts.salama.service_codes()
    for category in CATEGORIES:
        code = parts.settings.salama_service_codes[category]
        says = code if code in live else f"{code} is not active in Salama; correct SALAMA_SERVICE_CODES"
        yield Finding(f"service code of {category}", code in live, says)


def _salama_workflow(parts: "Bridge") -> Iterator[Finding]:
    workflow = parts.salama.workflow()
    offered = {action.upper() for actions in workflow.actions.values() for action in actions}
    missing = sorted(NEEDED_ACTIONS - offered)
    says = ", ".join(sorted(offered)) if not missing else f"the workflow offers no {', '.join(missing)}"
    yield Finding("workflow", not missing, says)
    ours = parts.salama.account_roles()
    for needed in sorted(NEEDED_ACTIONS - set(missing)):
        roles = {
            role
            for actions in workflow.actions.values()
            for action, allowed in actions.items()
            if action.upper() == needed
            for role in allowed
        }
        may = not roles or "*" in roles or bool(roles & ours)
        says = "the service account may" if may else f"give the service account one of {', '.join(sorted(roles))}"
        yield Finding(f"right to {needed}", may, says)


def _twilio(parts: "Bridge") -> Iterator[Finding]:
    parts.twilio.verify()
    yield Finding("Twilio account", True, "the credentials are good")
    for name, sid in parts.settings.twilio_contents.items():
        known = parts.twilio.has_content(sid)
        yield Finding(
            f"content {name}", known, "found" if known else "Twilio does not know it; see TWILIO_CONTENT_SIDS"
        )


def _mail(parts: "Bridge") -> Iterator[Finding]:
    for look in look_at(parts.mail):
        yield Finding(look.what, look.is_ok, look.says)


_CHECKS: dict[str, Check] = {
    "settings": _settings,
    "database": _database,
    "Salama login": _salama_login,
    "service codes": _salama_codes,
    "workflow": _salama_workflow,
    "Twilio account": _twilio,
    "mail": _mail,
}
