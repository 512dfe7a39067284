"""What the tests of acting in Salama share: members of staff, acts, and what Salama and the bridge made of them."""

from typing import Any

from sqlalchemy import select

from desk.acting import Deed, ask
from sandbox.salama import SalamaSandbox
from store.acts import Act, ActState, acts_of
from store.people import Person, Role
from store.tickets import TicketEvent, lock_ticket
from tests.world import Chat, World

ERNESTO, CELIA = "+258840000303", "+258840000302"
"""On Salama's staff list: Ernesto is of eGov and Célia of MISAU."""


def staff(world: World) -> None:
    """Enrol both; they have written, so that they may be written to."""
    world.enrol("Ernesto Nhantumbo", ERNESTO, Role.L2, username="L2-NPL-01")
    world.enrol("Célia Mabunda", CELIA, Role.L2_LEAD, username="HD-NPL-01")
    for phone in (ERNESTO, CELIA):
        Chat(world, phone).says("ajuda")


def asked(world: World, ticket: int, deed: Deed, comment: str, by: str = ERNESTO, **more: Any) -> int:
    """Ask for an act as a command does; answers its id."""
    with world.bridge.sessions.begin() as session:
        people = {person.phone: person for person in session.scalars(select(Person))}
        if "assignee" in more:
            more["assignee"] = people[more["assignee"]]
        more.setdefault("then", {"text": comment, "reason": 1})
        locked = lock_ticket(session, ticket)
        return ask(session, locked, deed, by=people[by], comment=comment, now=world.clock(), **more).id


def act(world: World, number: int) -> Act:
    """An act as the database has it now."""
    with world.bridge.sessions() as session:
        return session.get_one(Act, number)


def states(world: World, ticket: int) -> list[ActState]:
    """The states of a ticket's acts, oldest first."""
    with world.bridge.sessions() as session:
        return [ActState(each.state) for each in acts_of(session, ticket)]


def done_in(salama: SalamaSandbox, number: str) -> list[tuple[str, str]]:
    """What was done to a complaint after it was filed, as (action, comment)."""
    with salama.world.lock:
        salama.world.settle()
        entries = salama.world.tables.entries.get(number, [])
    return [(entry["action"], entry["comment"]) for entry in entries[1:]]


def events(world: World, ticket: int) -> list[str]:
    """The kinds of a ticket's history."""
    with world.bridge.sessions() as session:
        query = select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket).order_by(TicketEvent.id)
        return list(session.scalars(query))
