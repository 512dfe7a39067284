"""Suggestions: asked what they would bring, entered once into the change register, and no incidents."""

import csv
from pathlib import Path
from typing import Any

from sqlalchemy import select

from store.changes import ChangeState, change_requests, find_change, register_change, wished_tickets
from store.tickets import Ticket
from tests.integration.test_commands import Run, run
from tests.world import Chat, World

__all__ = ["run"]
WISH = "sugiro que a app mostre no ecrã inicial o nome da aldeia"


def wish(chat: Chat) -> None:
    chat.says(WISH)
    chat.hears("O que se ganha com isso")
    chat.says("menos erros de aldeia e menos tempo perdido")
    chat.says("enviar")


def test_a_suggestion_is_filed_and_stands_in_the_register_once(world: World, chat: Chat) -> None:
    wish(chat)
    world.settle()
    assert "registo de mudanças" in chat.hears("#1")
    chat.says("enviar")
    with world.bridge.sessions() as session:
        (entry,) = change_requests(session)
    assert (entry.ticket_id, entry.requester, entry.state) == (1, "Celestino Amade", ChangeState.REGISTERED)
    assert entry.what == WISH
    assert entry.gain == "menos erros de aldeia e menos tempo perdido"
    ticket = world.ticket(1)
    assert (ticket.category, ticket.details["flags"]) == ("suggestion", ["wish"])
    (filed,) = world.salama.tickets()
    assert "O que se ganha: menos erros" in (filed.description or "")


def test_a_wish_is_told_apart_from_incidents(world: World, chat: Chat) -> None:
    wish(chat)
    incident = world.open_ticket()
    with world.bridge.sessions() as session:
        counted = session.scalars(select(Ticket.id).where(Ticket.id.not_in(wished_tickets()))).all()
    assert counted == [incident]


def test_staff_may_enter_a_wish_of_any_ticket_once_and_one_without_a_ticket(world: World) -> None:
    ticket = world.open_ticket()
    about: dict[str, Any] = {
        "requester": "Joan Carter",
        "what": "A map",
        "gain": "",
        "by": "Amina Saíde",
        "now": world.clock(),
    }
    with world.bridge.sessions.begin() as session:
        assert register_change(session, ticket_id=ticket, **about) == 1
        assert register_change(session, ticket_id=ticket, **about) is None
        assert register_change(session, ticket_id=None, **about) is not None
        assert register_change(session, ticket_id=None, **about) is not None
    with world.bridge.sessions() as session:
        found = find_change(session, ticket)
        assert found is not None
        assert found.registered_by == "Amina Saíde"
        assert find_change(session, 99) is None


def test_the_register_can_be_read_and_written_to_a_file(world: World, chat: Chat, run: Run, tmp_path: Path) -> None:
    assert "The register is empty." in run("changes", "list").output
    wish(chat)
    with world.bridge.sessions.begin() as session:
        register_change(session, ticket_id=None, requester="x", what="=1+1", gain="", by="x", now=world.clock())
    output = run("changes", "list").output
    assert WISH in output
    assert "#1" in output
    file = tmp_path / "changes.csv"
    assert run("changes", "list", "--csv", str(file)).output.startswith("2 written")
    with file.open(encoding="utf-8-sig", newline="") as rows:
        first, second = csv.DictReader(rows)
    assert (first["ticket"], first["what"], first["state"]) == ("1", WISH, "registered")
    assert (second["ticket"], second["what"]) == ("", "'=1+1")
