"""One ticket's whole life from the chat, who may do what, and any words in any state."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.staff.commands import COMMANDS
from store.conversations import Conversation, Inbound
from store.people import Person, Role
from store.talks import Mode, set_talk
from store.tickets import Stage, Ticket, TicketEvent
from tests.databases import CELESTINO, ONLY_SQLITE
from tests.integration.test_staff_chat import OFELIA, TITO, history, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
ASHA = "+258840000025"
DEEDS = (
    "received",
    "filed",
    "regraded",
    "taken",
    "assigned",
    "said",
    "answered",
    "workaround",
    "resolved",
    "confirmed",
)


def events(world: World, ticket: int) -> list[TicketEvent]:
    """A ticket's history."""
    with world.bridge.sessions() as session:
        return list(session.query(TicketEvent).filter_by(ticket_id=ticket).order_by(TicketEvent.id))


def test_one_ticket_is_received_logged_prioritised_assigned_tracked_and_resolved(staffed: World) -> None:
    """Every step of a ticket's life is one line of its history, with who, when, before and after (requirement R2)."""
    ofelia, tito, reporter = Chat(staffed, OFELIA), Chat(staffed, TITO), staffed.chat()
    ticket = staffed.open_ticket(severity=3)
    staffed.settle(minutes=1)
    ofelia.says(f"grav {ticket} 2")
    ofelia.says(f"pegar {ticket}")
    ofelia.says(f"atrib {ticket} tito")
    tito.says(f"ask {ticket} quantos registos faltam?")
    reporter.says("faltam 42")
    tito.says(f"workaround {ticket} usem o segundo telefone")
    staffed.clock.advance(minutes=40)
    answer = tito.asks(f"resolve {ticket} Sincronizou depois de reiniciar o telefone")
    while "before closing" in answer:
        answer = tito.asks("Celestino Amade, às 10:41")
    staffed.settle(minutes=5)
    reporter.says("sim")
    kinds = history(staffed, ticket)
    places = [kinds.index(deed) for deed in DEEDS]
    assert places == sorted(places), kinds
    line = {event.kind: event for event in events(staffed, ticket)}
    assert line["regraded"].data == {"before": {"severity": 3}, "after": {"severity": 2}}
    assert line["assigned"].data["to"] == "Tito Mussa"
    assert line["answered"].data["before"] == {"stage": "asked"}
    assert line["resolved"].actor == "Tito Mussa"
    assert line["confirmed"].actor == "Celestino Amade"
    assert staffed.ticket(ticket).stage == Stage.CLOSED
    assert "says that all is well (Celestino Amade)" in tito.asks(f"show {ticket}")


def test_waiting_for_the_reporter_stops_the_clock(staffed: World) -> None:
    ticket = staffed.open_ticket(severity=2)
    ofelia = Chat(staffed, OFELIA)
    ofelia.says(f"pegar {ticket}")
    due = staffed.ticket(ticket).due_at
    ofelia.says(f"perg {ticket} em que aldeia?")
    assert staffed.ticket(ticket).paused_at is not None
    staffed.clock.advance(hours=1)
    staffed.chat().says("em Aube")
    after = staffed.ticket(ticket)
    assert after.paused_at is None
    assert after.due_at is not None
    assert due is not None
    assert after.due_at > due


def test_a_taken_ticket_has_its_assignee_in_salama(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.settle(minutes=1)
    Chat(staffed, OFELIA).says(f"pegar {ticket}")
    staffed.settle(minutes=2)
    kinds = history(staffed, ticket)
    assert {"acted", "kept"} & set(kinds), kinds


def test_level_three_is_pointed_to_the_mail(staffed: World) -> None:
    staffed.enrol("Asha Rao", ASHA, Role.L3, language="en")
    assert Chat(staffed, ASHA).asks("take 1").startswith("Level 3 works by e-mail")


def test_a_supervisor_gets_no_staff_command(staffed: World) -> None:
    ticket = staffed.open_ticket()
    staffed.settle(minutes=1)
    for text in (f"L3 {ticket} ajudem", f"resolver {ticket} feito", f"rejeitar {ticket} 1"):
        staffed.chat().says(text)
    assert staffed.ticket(ticket).stage == Stage.QUEUED
    assert "resolving" not in history(staffed, ticket)


_WORDS = st.sampled_from([word for command in COMMANDS for word in (*command.pt, *command.en)])
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.builds("{} {} {}".format, _WORDS, st.sampled_from(["1", "#2", "99", "", "1 2"]), st.text(max_size=30)),
    st.sampled_from(["sim", "não", "1", "mais", "desfazer", "obrigado", "a senha é Malaria#2026", "pt", "?", "👍"]),
)


@ONLY_SQLITE
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(_TEXTS, min_size=1, max_size=4))
def test_whatever_staff_write_is_answered_once_and_nothing_breaks(staffed: World, texts: list[str]) -> None:
    if staffed.rows() and len(staffed.rows()) < 8:
        staffed.open_ticket()
        staffed.open_ticket()
    for text in texts:
        clean = "".join(letter for letter in text if letter.isprintable()).strip()
        if not clean:
            continue
        before = answers(staffed)
        assert staffed.phones.send(OFELIA, clean) == 204
        assert answers(staffed) == before + 1, f"{clean!r} got no answer of its own"


@ONLY_SQLITE
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mode=st.sampled_from(Mode), text=_TEXTS)
def test_whatever_a_reporter_writes_in_a_talk_is_kept(staffed: World, mode: Mode, text: str) -> None:
    clean = "".join(letter for letter in text if letter.isprintable()).strip()
    if not clean:
        return
    ticket = staffed.open_ticket()
    with staffed.bridge.sessions.begin() as session:
        found = session.get_one(Ticket, ticket)
        found.stage = Stage.SOLVED if mode in {Mode.SOLVED, Mode.RATING} else Stage.HELD
        assert found.conversation_id is not None
        set_talk(
            session,
            ticket,
            conversation_id=found.conversation_id,
            person_id=session.query(Person).filter_by(phone=OFELIA).one().id,
            mode=mode,
            now=staffed.clock(),
        )
        before = session.query(Inbound).count()
    assert staffed.phones.send(CELESTINO, clean) == 204
    with staffed.bridge.sessions() as session:
        assert session.query(Inbound).count() == before + 1


def answers(world: World) -> int:
    """How many direct answers were queued for Ofélia, apart from facts."""
    with world.bridge.sessions() as session:
        conversation = session.query(Conversation).filter_by(phone=OFELIA).one().id
    return len(
        [row for row in world.rows() if row.payload.get("conversation") == conversation and "reply" in row.payload]
    )


@pytest.fixture(autouse=True)
def _no_noise(caplog: Any) -> None:
    """Hypothesis writes many messages; their log lines are of no use."""
    caplog.set_level("ERROR")
