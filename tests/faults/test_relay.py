"""The relay: every change reaches its reporter exactly once, in order, whatever happens between two looks."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select

from desk.following import nothing_more
from desk.telling import lane as conversation_lane
from intake.relay import Relay
from sandbox.salama import SalamaSandbox
from store.conversations import Conversation
from store.people import Person
from store.tickets import Ticket, TicketEvent
from tests.databases import CELESTINO, JOAN, MOMADE, ONLY_SQLITE
from tests.faults.support import numbers
from tests.world import World

STAFF, OFFICER, FILER = "HD-NPL-01", "L2-NPL-01", "USR-006051"


def wrote(world: World, *phones: str) -> None:
    """Let people write to the helpdesk, so that they may be written to; once each."""
    for phone in phones:
        if not any(message.is_inbound for message in world.phones.messages(phone)):
            world.phones.send(phone, "menu")
    world.work()


def filed(world: World, phone: str = CELESTINO, **changes: Any) -> str:
    """A ticket that is in Salama and that the relay has seen; its number. Its reporter has written."""
    wrote(world, phone)
    ticket = world.open_ticket(phone, **changes)
    world.settle(minutes=2)
    world.relay()
    return numbers(world, ticket)[0]


def act(world: World, number: str, action: str, comment: str, **who: Any) -> None:
    """Let staff act, a second after what was before."""
    world.clock.advance(seconds=1)
    world.salama.act(number, action, comment, **who)


def heard(world: World, phone: str = CELESTINO) -> list[str]:
    """What a person was told about their tickets, without the words of filing and of being late."""
    bodies = [m.body for m in world.phones.outbound() if m.address == f"whatsapp:{phone}"]
    others = ("PGR-", "a demorar mais", "taking longer")
    return [body for body in bodies if "#" in body and not any(words in body for words in others)]


def relays(world: World, **length: float) -> int:
    world.clock.advance(**length)
    return world.relay()


def other_relay(world: World, owner: str, *, hold: timedelta) -> Relay:
    parts = world.bridge
    return Relay(
        parts.sessions, parts.salama, world.clock, owner=owner, hold=hold, lane_of=conversation_lane,
        sort=parts.sort, receive=parts.reception.receive, changed=nothing_more,
        ring=parts.wakeup.ring,
    )  # fmt: skip


def test_several_changes_between_two_looks_are_all_told_once_in_order(world: World) -> None:
    number = filed(world)
    act(world, number, "ASSIGN", "vou ver", assignee=OFFICER)
    act(world, number, "ASSIGN", "passo ao colega")
    act(world, number, "RESOLVE", "reinicie a app")
    assert relays(world, seconds=30) == 3
    assert "vou ver" in heard(world)[0]
    assert "passo ao colega" in heard(world)[1]
    assert "reinicie a app" in heard(world)[2]
    world.restart()
    assert [relays(world, minutes=1) for _ in range(5)] == [0] * 5
    assert len(heard(world)) == 3
    assert not world.ticket(1).is_open
    assert world.ticket(1).status == "RESOLVED"


@pytest.mark.parametrize("action", ["RESOLVE", "REJECT", "ASSIGN"])
def test_each_change_is_told_in_the_reporters_language(world: World, action: str) -> None:
    ours, hers = filed(world), filed(world, JOAN)
    with world.bridge.sessions.begin() as session:
        for conversation in session.scalars(select(Conversation)):
            conversation.language = "en" if conversation.phone == JOAN else "pt"
    for number in (ours, hers):
        act(world, number, action, "nota da equipa")
    assert relays(world, seconds=30) == 2
    (portuguese,), (english,) = heard(world), heard(world, JOAN)
    assert "pedido #1" in portuguese.lower()
    assert "request #2" in english.lower()
    assert all("nota da equipa" in text for text in (portuguese, english))


def test_nobody_is_told_of_filing_or_of_what_they_did_themselves(world: World) -> None:
    number = filed(world)
    act(world, number, "ASSIGN", "fui eu", by=FILER)
    assert relays(world, seconds=30) == 0
    act(world, number, "ASSIGN", "foi outro")
    assert relays(world, seconds=30) == 1
    assert len(heard(world)) == 1


def test_a_ticket_born_in_the_app_joins_and_is_relayed(world: World) -> None:
    wrote(world, CELESTINO)
    world.relay()
    number = world.salama.app_ticket(by=FILER, description="Registo em falta")
    world.salama.app_ticket(by="USR-006056", description="De alguém que não está na lista")
    assert relays(world, seconds=30) == 0
    with world.bridge.sessions() as session:
        foreign, ticket = sorted(session.scalars(select(Ticket)), key=lambda each: each.number == number)
    assert (foreign.reporter_name, foreign.conversation_id, foreign.person_id) == ("Zainabo Ali", None, None)
    assert (ticket.number, ticket.reporter_phone, ticket.report) == (number, CELESTINO, "Registo em falta")
    act(world, number, "RESOLVE", "está feito")
    assert relays(world, seconds=30) == 1
    (told,) = heard(world)
    assert f"#{ticket.id}" in told
    assert "está feito" in told
    assert [relays(world, minutes=2) for _ in range(3)] == [0] * 3


@ONLY_SQLITE
def test_who_never_wrote_is_told_in_the_language_of_the_record(world: World) -> None:
    world.relay()
    with world.bridge.sessions.begin() as session:
        for person in session.scalars(select(Person).where(Person.phone == MOMADE)):
            person.language = "en"
    number = world.salama.app_ticket(by="USR-006053")
    act(world, number, "RESOLVE", "done")
    assert relays(world, seconds=30) == 1
    assert "request #1" in heard(world, MOMADE)[0].lower()


def test_an_app_ticket_that_arrives_late_is_found(world: World) -> None:
    world.relay()
    world.clock.advance(minutes=10)
    world.salama.pgr_delay = timedelta(hours=1)
    world.salama.app_ticket(by=FILER)
    world.salama.pgr_delay = timedelta()
    for _ in range(4):
        relays(world, minutes=10)
        with world.bridge.sessions() as session:
            assert session.scalars(select(Ticket)).all() == []
    relays(world, minutes=30)
    with world.bridge.sessions() as session:
        assert len(session.scalars(select(Ticket)).all()) == 1


def test_a_half_written_ticket_keeps_nobody_from_being_told(world: World) -> None:
    numbers_before = [filed(world) for _ in range(3)]
    world.salama.workflow_delay = timedelta(minutes=10)
    for name in (FILER, "USR-006056"):
        world.salama.app_ticket(by=name)
    world.salama.workflow_delay = timedelta()
    act(world, numbers_before[1], "RESOLVE", "resolvido")
    assert relays(world, seconds=30) == 1
    assert "resolvido" in heard(world)[0]
    relays(world, minutes=10)
    with world.bridge.sessions() as session:
        assert len(session.scalars(select(Ticket)).all()) == 5


@pytest.mark.parametrize("late_s", [1, 20, 100])
def test_history_that_is_written_later_than_the_ticket_is_told_when_it_is_there(world: World, late_s: int) -> None:
    number = filed(world)
    world.salama.workflow_delay = timedelta(seconds=late_s)
    act(world, number, "RESOLVE", "já está")
    assert relays(world, milliseconds=500) == 0
    assert heard(world) == []
    assert relays(world, seconds=late_s) == 1
    assert relays(world, minutes=3) == 0
    assert len(heard(world)) == 1
    assert not world.ticket(1).is_open


def test_a_second_change_right_after_the_first_is_not_overlooked(world: World) -> None:
    """Both within the same second, the second one's history late: the ticket alone would look up to date."""
    number = filed(world)
    act(world, number, "ASSIGN", "um", assignee=OFFICER)
    world.salama.workflow_delay = timedelta(seconds=90)
    world.clock.advance(milliseconds=300)
    world.salama.act(number, "ASSIGN", "dois")
    world.salama.workflow_delay = timedelta()
    assert [relays(world, seconds=30) for _ in range(5)] == [1, 0, 1, 0, 0]
    assert ["um" in heard(world)[0], "dois" in heard(world)[1]] == [True, True]


def test_of_two_relays_one_works_at_a_time(world: World) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "uma vez")
    world.clock.advance(minutes=5)
    mine = other_relay(world, "one", hold=timedelta(seconds=20))
    other = other_relay(world, "two", hold=timedelta(seconds=20))
    assert (mine.round(), other.round(), mine.round()) == (1, 0, 0)
    act(world, filed(world), "RESOLVE", "depois")
    world.clock.advance(minutes=5)
    assert other.round() == 1


def test_two_relays_at_the_same_instant_tell_each_change_once(world: World) -> None:
    found = [filed(world, phone) for phone in (CELESTINO, JOAN, CELESTINO, MOMADE)]
    world.salama.app_ticket(by=FILER)
    for number in found:
        act(world, number, "ASSIGN", f"a {number}", assignee=OFFICER)
        act(world, number, "RESOLVE", f"b {number}")
    world.clock.advance(minutes=5)
    barrier = Barrier(2)
    # A lease that is over as soon as it is taken lets both of them work.
    pair = [other_relay(world, name, hold=timedelta(seconds=-1)) for name in ("one", "two")]

    def run(relay: Relay) -> int:
        barrier.wait(10)
        return relay.round()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(run, pair)) == 8
    world.work()
    bodies = [m.body for m in world.phones.outbound()]
    for number in found:
        own = [body for body in bodies if f"a {number}" in body or f"b {number}" in body]
        assert len(own) == 2
        assert f"a {number}" in own[0]
    with world.bridge.sessions() as session:
        assert len(session.scalars(select(Ticket).where(Ticket.source == "mobile")).all()) == 1


@ONLY_SQLITE
def test_more_tickets_than_a_batch_holds_are_all_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.relay.BATCH", 7)
    monkeypatch.setattr("intake.discovery.BATCH", 7)
    wrote(world, CELESTINO)
    found = [world.open_ticket() for _ in range(22)]
    born = [world.salama.app_ticket(by=FILER) for _ in range(8)]
    world.settle()
    relays(world, seconds=30)
    for number in (*numbers(world, found[0], found[-1]), born[-1]):
        act(world, number, "RESOLVE", "resolvido")
    assert relays(world, seconds=30) == 3


@ONLY_SQLITE
def test_states_of_a_wider_workflow_are_told_and_a_reopened_ticket_goes_on(world: World) -> None:
    wide = SalamaSandbox(password=world.settings.salama_password, clock=world.clock, workflow="municipal")
    world.salama.wsgi.wsgi_app = wide.wsgi.wsgi_app  # type: ignore[method-assign]
    with world.bridge.sessions.begin() as session:
        person = session.scalars(select(Person).where(Person.phone == CELESTINO)).one()
        person.username = "bridge"
    wrote(world, CELESTINO)
    world.relay()
    number = wide.app_ticket(by="bridge")
    relays(world, seconds=30)
    for action, comment, by, assignee in (
        ("ASSIGN", "um", STAFF, OFFICER),
        ("RESOLVE", "dois", OFFICER, None),
        ("REOPEN", "três", STAFF, None),
        ("ASSIGN", "quatro", STAFF, OFFICER),
        ("REASSIGN", "cinco", OFFICER, None),
    ):
        world.clock.advance(minutes=10)
        wide.act(number, action, comment, by=by, assignee=assignee)
        assert relays(world, seconds=30) == 1, action
    words = ("um", "dois", "três", "quatro", "cinco")
    assert all(word in text for word, text in zip(words, heard(world), strict=True))
    assert world.ticket(1).is_open
    wide.close()


def test_a_password_typed_in_salama_goes_no_further(world: World) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "Conta desbloqueada. A nova senha é Mosquito9, entre já.")
    assert relays(world, minutes=1) == 1
    (told,) = [body for body in heard(world) if "Conta desbloqueada" in body]
    assert "A nova senha é ●●●●" in told
    assert "Mosquito9" not in repr([row.payload for row in world.rows()])
    with world.bridge.sessions() as session:
        assert "Mosquito9" not in repr([event.data for event in session.scalars(select(TicketEvent))])


def test_a_password_in_a_complaint_from_the_app_is_not_taken_in(world: World) -> None:
    wrote(world, CELESTINO)
    world.relay()
    world.salama.app_ticket(by=FILER, description="Não consigo entrar, a minha senha é Mosquito9")
    world.relay()
    with world.bridge.sessions() as session:
        (report,) = session.scalars(select(Ticket.report))
    assert report == "Não consigo entrar, a minha senha é ●●●●"
