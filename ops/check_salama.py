"""What `bridge check` looks at in Salama: login, roles and rights, clock, codes, workflow, areas, staff, file store."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sqlalchemy import select

from desk.assignees import employee_of
from desk.duty import AGENTS
from intake.ports import ComplaintRejected, NotEntitled, Workflow
from ops.findings import Finding, fail, judged, note, ok, some
from ops.samples import FILES
from settings import CATEGORIES
from store.people import Person, all_boundaries
from store.schema import is_current

if TYPE_CHECKING:
    from assembly import Bridge

NEEDED_ROLES = ("EMPLOYEE", "HELPDESK_USER")
NEEDED_ACTIONS = frozenset({"ASSIGN", "RESOLVE", "REJECT"})
MOST_APART_S = 60
MOST_STAFF = 60
_NEW_TOKEN = "; then log the account out once, since a login keeps its old roles"  # noqa: S105  a sentence


def _login(parts: "Bridge") -> Iterator[Finding]:
    roles = parts.salama.account_roles()
    yield ok("Salama login", f"{len(roles)} roles")
    lacking = [role for role in NEEDED_ROLES if role not in roles]
    yield judged(
        "Salama roles",
        not lacking,
        ", ".join(NEEDED_ROLES),
        f"the service account lacks {', '.join(lacking)}",
        f"give the service account {', '.join(lacking)} in tenant {parts.settings.salama_tenant_id}{_NEW_TOKEN}",
    )
    for username in parts.settings.salama_staff:
        is_in = parts.salama.caller(username).username is not None
        remedy = "correct SALAMA_STAFF_CREDENTIALS, then: bridge check --retry-login"
        yield judged(f"Salama login of {username}", is_in, "the login is good", "Salama refuses the login", remedy)


def _clock(parts: "Bridge") -> Iterator[Finding]:
    parts.salama.ping()
    apart = parts.salama.survey.clock_ahead()
    if apart is None:
        yield note("Salama clock", "its answers bear no date", "compare by eye: a ticket's time in Salama's inbox")
        return
    seconds = apart.total_seconds()
    way = "ahead of" if seconds > 0 else "behind"
    yield judged(
        "Salama clock",
        abs(seconds) <= MOST_APART_S,
        "as this machine's",
        f"{abs(seconds):.0f} s {way} this machine's",
        "let this machine follow NTP (timedatectl set-ntp true); if it does, tell eGov: deadlines and the order of "
        "events come from both clocks",
    )


def _rights(parts: "Bridge") -> Iterator[Finding]:
    """Calls that filing, relaying and acting need, each made once; what may be called depends on the role (5.2)."""
    calls: tuple[tuple[str, Callable[[], object]], ...] = (
        ("right to search tickets", parts.salama.ping),
        ("right to read the history", parts.salama.survey.history),
        ("right to look staff up", lambda: parts.salama.employees(username=parts.settings.salama_username)),
    )
    for what, call in calls:
        try:
            call()
        except NotEntitled as error:
            yield fail(what, error.code, error.sentence)
        else:
            yield ok(what, "the service account may")


def _codes(parts: "Bridge") -> Iterator[Finding]:
    live = parts.salama.service_codes()
    for category in CATEGORIES:
        code = parts.service_codes[category]
        remedy = f"correct SALAMA_SERVICE_CODES; Salama has {', '.join(sorted(live)) or 'none'}"
        yield judged(f"service code of {category}", code in live, code, f"{code} is not active in Salama", remedy)


def _workflow(parts: "Bridge") -> Iterator[Finding]:
    workflow = parts.salama.workflow()
    offered = {action.upper() for actions in workflow.actions.values() for action in actions}
    missing = sorted(NEEDED_ACTIONS - offered)
    yield judged(
        "workflow",
        not missing,
        ", ".join(sorted(offered)),
        f"the workflow PGR offers no {', '.join(missing)}" if offered else "the workflow PGR cannot be read",
        "let eGov configure them; until then such a step of level 2 stays with the bridge"
        if offered
        else f"give the service account a role that may read it, such as HELPDESK_USER{_NEW_TOKEN}",
    )
    ours = parts.salama.account_roles()
    for first in sorted(workflow.first_actions):
        yield _may(first, workflow.first_actions[first], ours)
    for needed in sorted(NEEDED_ACTIONS - set(missing)):
        yield _may(needed, _roles_for(workflow, needed), ours)


def _roles_for(workflow: Workflow, needed: str) -> frozenset[str]:
    return frozenset(
        role
        for actions in workflow.actions.values()
        for action, allowed in actions.items()
        if action.upper() == needed
        for role in allowed
    )


def _may(action: str, roles: frozenset[str], ours: frozenset[str]) -> Finding:
    may = not roles or "*" in roles or bool(roles & ours)
    remedy = f"give the service account one of {', '.join(sorted(roles))}{_NEW_TOKEN}"
    return judged(f"right to {action}", may, "the service account may", "the service account may not", remedy)


def _areas(parts: "Bridge") -> Iterator[Finding]:
    """Codes differ between environments of Salama, and old ones must not leak in (contract, 19.2)."""
    if not is_current(parts.engine):
        return
    with parts.sessions() as session:
        names = {area.code: area.name for area in all_boundaries(session)}
    if not names:
        return
    live = parts.salama.survey.area_codes()
    unknown = sorted(names[code] for code in names.keys() - live)
    yield judged(
        "areas",
        not unknown,
        f"all {len(names)} are in Salama",
        f"Salama does not know {len(unknown)} of {len(names)}: {some(unknown)}",
        "is it another environment's file? Take the areas from this Salama: bridge boundaries import FILE",
    )
    if new := len(live - names.keys()):
        yield note("areas not here", f"{new} of Salama's", "to have them: bridge boundaries import FILE")


def _departments(parts: "Bridge") -> Iterator[Finding]:
    """Salama lets somebody be assigned a complaint only if their department is the complaint type's (10.3)."""
    if not is_current(parts.engine):
        return
    with parts.sessions() as session:
        query = select(Person).where(Person.is_active, Person.role.in_([role.value for role in AGENTS]))
        staff = list(session.scalars(query.order_by(Person.id).limit(MOST_STAFF)))
    try:
        known = {person.name: employee_of(parts.salama, person) for person in staff}
    except NotEntitled:
        return  # "right to look staff up" has said so
    unknown = sorted(name for name, employee in known.items() if employee is None)
    if unknown:
        says = f"{len(unknown)} of the helpdesk are not on Salama's staff list: {some(unknown)}"
        yield note("staff list", says, "correct their number or user name: bridge people import FILE")
    for code in sorted(set(parts.service_codes.values())) if staff else ():
        wanted = parts.salama.department(code)
        fit = sum(1 for each in known.values() if each and (wanted is None or wanted in each.departments))
        if fit:
            yield ok(f"department of {code}", f"{fit} of {len(staff)} in the helpdesk may be assigned")
        else:
            says = f"nobody in the helpdesk is in {wanted}: who takes such a ticket is kept here only"
            yield note(f"department of {code}", says, f"let Salama put them into {wanted} (HRMS), if that matters")


def _files(parts: "Bridge") -> Iterator[Finding]:
    """The types that the bridge sends, each by a tiny file: name, bytes and declared type must agree (18.2)."""
    for name, (content, content_type) in FILES.items():
        kind = f"file store, {content_type}"
        try:
            parts.salama.upload(name, content, content_type)
        except ComplaintRejected as error:
            says = f"Salama does not take it ({error.code})"
            yield fail(kind, says, "let eGov allow it (egov-filestore, allowed.formats.map); files then stay here")
        else:
            yield ok(kind, "taken")


SALAMA_CHECKS: tuple[tuple[str, Callable[["Bridge"], Iterator[Finding]], bool], ...] = (
    ("Salama login", _login, False),
    ("Salama clock", _clock, False),
    ("Salama rights", _rights, False),
    ("service codes", _codes, False),
    ("workflow", _workflow, False),
    ("areas", _areas, False),
    ("departments", _departments, False),
    ("file store", _files, True),
)
"""Each check's name, the check, and whether it leaves something in Salama. Without the first nothing can be asked."""
