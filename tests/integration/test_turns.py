"""Turns: one for each message, in order, whatever comes twice or at the same instant; and what a turn costs."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs
from werkzeug.datastructures import MultiDict

from bot.effects import Turn
from bot.together import Arrival
from bot.twilio import read_message
from intake.followups import FOLLOWUP
from store.conversations import Attachment, Conversation, Inbound, lock_conversation_by_id
from store.outbox import Channel
from store.people import Role
from store.sent import Sent
from store.tickets import Ticket, TicketEvent
from tests.databases import CELESTINO, JOAN
from tests.forms import SENDER, inbound
from tests.integration.test_webhook import post
from tests.statements import statements
from tests.world import Chat, World

SENT_AT_ONCE = 8
STATEMENTS = 12


def bodies(world: World) -> list[str]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(Inbound.body).order_by(Inbound.id)))


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Run the calls in threads that start at the same instant."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        barrier.wait(10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_a_message_that_comes_again_changes_nothing(world: World, chat: Chat) -> None:
    form = inbound(1, "A aplicação não sincroniza desde ontem em Angoche.")
    assert [post(world, form).status_code for _ in range(3)] == [204, 204, 204]
    assert len(bodies(world)) == 1
    assert len(world.rows()) == 1
    world.work()
    post(world, form)
    world.work()
    assert len(world.phones.outbound()) == 1


def test_two_copies_at_the_same_instant_are_one_turn(world: World) -> None:
    for number in range(1, 6):
        form = inbound(number, f"mensagem {number}")
        answers = at_once(*[lambda form=form: post(world, form).status_code] * 2)
        assert answers == [204, 204]
    assert bodies(world) == [f"mensagem {number}" for number in range(1, 6)]
    assert len([row for row in world.rows() if row.channel == Channel.WHATSAPP]) == 5


def test_two_copies_of_a_first_message_ever_are_one_turn_of_one_conversation(world: World) -> None:
    form = inbound(1, "Bom dia", phone=JOAN)
    assert at_once(*[lambda: post(world, form).status_code] * 4) == [204] * 4
    with world.bridge.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Conversation)) == 1
    assert (len(bodies(world)), len(world.rows())) == (1, 1)


def test_the_simulators_double_delivery_is_one_turn(world: World) -> None:
    assert world.phones.send(CELESTINO, "Bom dia", twice=True) == 204
    assert len(world.rows()) == 1


def test_quick_messages_of_one_person_are_turns_one_after_the_other(world: World) -> None:
    calls = [lambda n=n: world.phones.send(CELESTINO, f"linha {n}") for n in range(1, SENT_AT_ONCE + 1)]
    assert at_once(*calls) == [204] * SENT_AT_ONCE
    assert sorted(bodies(world)) == sorted(f"linha {n}" for n in range(1, SENT_AT_ONCE + 1))
    replies = [row for row in world.rows() if row.channel == Channel.WHATSAPP]
    assert len(replies) == SENT_AT_ONCE
    assert len({row.lane for row in replies}) == 1
    world.work()
    spoken = [message.body for message in world.phones.outbound()]
    assert spoken == [row.payload["reply"]["text"] for row in sorted(replies, key=lambda row: row.id)]


def test_a_message_waits_while_a_turn_of_the_same_person_is_under_way(world: World) -> None:
    post(world, inbound(1, "Bom dia"))
    with ThreadPoolExecutor(1) as pool:
        with world.bridge.sessions.begin() as session:
            conversation = session.scalars(select(Conversation)).one()
            lock_conversation_by_id(session, conversation.id)
            second = pool.submit(post, world, inbound(2, "menu"))
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)
        assert second.result(timeout=10).status_code == 204
    assert bodies(world) == ["Bom dia", "menu"]


def test_nobody_waits_for_a_conversation_that_is_locked_but_its_own_person(world: World) -> None:
    """One conversation is held by a process that does not move; the others' turns go on in this one."""
    for number, phone in enumerate((CELESTINO, JOAN), 1):
        post(world, inbound(number, "Bom dia", phone=phone))
    if world.bridge.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one lock for all")
    with ThreadPoolExecutor(3) as pool:
        with world.bridge.sessions.begin() as session:
            held = session.scalars(select(Conversation).where(Conversation.phone == CELESTINO)).one()
            lock_conversation_by_id(session, held.id)
            stuck = pool.submit(post, world, inbound(3, "menu", phone=CELESTINO))
            with pytest.raises(TimeoutError):
                stuck.result(timeout=0.3)
            assert pool.submit(post, world, inbound(4, "menu", phone=JOAN)).result(timeout=10).status_code == 204
            assert not stuck.done()
        assert stuck.result(timeout=10).status_code == 204
    assert bodies(world)[2:] == ["menu", "menu"]


def test_people_do_not_wait_for_each_other(world: World) -> None:
    phones = [CELESTINO, JOAN, "+258840000098", "+258840000097"]
    calls = [lambda n=n, p=p: post(world, inbound(n, "Bom dia", phone=p)).status_code for n, p in enumerate(phones, 1)]
    assert at_once(*calls) == [204] * len(phones)
    assert len({row.lane for row in world.rows()}) == len(phones)


def test_a_turn_that_fails_stores_nothing_and_says_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr("bot.thinking.step", fail)
        assert post(world, inbound(1, "Bom dia")).status_code == 500
    assert (bodies(world), world.rows()) == ([], [])
    assert post(world, inbound(1, "Bom dia")).status_code == 204
    assert bodies(world) == ["Bom dia"]


def test_an_overdue_turn_that_fails_does_not_hold_up_the_others(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, phone in enumerate((CELESTINO, JOAN), 1):
        post(world, inbound(number, "Bom dia", phone=phone))
    with world.bridge.sessions.begin() as session:
        for conversation in session.scalars(select(Conversation)):
            conversation.due_at = world.clock()
    turns, spoken = world.worker.works.turns, []

    think = turns._thinker.think

    def spoil(conversation: Conversation, *rest: Any) -> Any:
        if conversation.phone == CELESTINO:
            raise RuntimeError("a bug")
        spoken.append(conversation.phone)
        return think(conversation, *rest)

    monkeypatch.setattr(turns._thinker, "think", spoil)
    assert turns.run_due() == 2
    assert spoken == [JOAN]
    with world.bridge.sessions() as session:
        due = {each.phone: each.due_at for each in session.scalars(select(Conversation))}
    assert due[JOAN] is None
    later = due[CELESTINO]
    assert later is not None
    assert later > world.clock()


def test_a_pause_is_over_at_its_time_also_after_a_restart(world: World) -> None:
    post(world, inbound(1, "Bom dia"))
    with world.bridge.sessions.begin() as session:
        session.scalars(select(Conversation)).one().due_at = world.clock() + timedelta(seconds=4)
    world.restart()
    assert world.worker.works.turns.run_due() == 0
    world.clock.advance(seconds=4)
    assert world.worker.works.turns.run_due() == 1
    assert world.worker.works.turns.run_due() == 0


def test_a_turn_takes_at_most_twelve_statements(world: World) -> None:
    """Transaction control is not counted."""
    talk = ("Bom dia", "A app não sincroniza em Namaponda, 3 telefones", "42 registos, sim parado", "enviar", "estado")
    for number, text in enumerate(talk, 1):
        with statements(world.bridge.engine, world.bridge.reader) as seen, capture_logs() as logs:
            post(world, inbound(number, text))
        assert 3 < len(seen) <= STATEMENTS, "\n".join(seen)
        assert "turns_taken_apart" not in {log["event"] for log in logs}
    with world.bridge.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1


def test_a_report_told_in_a_chat_becomes_one_ticket(world: World, chat: Chat) -> None:
    chat.says("A app não sincroniza em Namaponda desde ontem, 3 telefones")
    chat.says("42 registos por enviar, o trabalho está parado")
    chat.says("enviar")
    chat.says("enviar")
    world.settle()
    yesterday = world.clock().astimezone(ZoneInfo("Africa/Maputo")).date() - timedelta(days=1)
    assert world.ticket(1).details["since"].startswith(f"{yesterday}T06:00:00+02:00")
    chat.hears("#1")
    assert (world.ticket(1).number or "no number") in chat.hears("PGR-")
    (filed,) = world.salama.tickets()
    assert "Namaponda" in (filed.description or "")


def test_a_typed_password_is_covered_before_it_is_stored_and_the_person_is_told(world: World, chat: Chat) -> None:
    chat.says("a conta do registador não entra em Aube, a senha é Salama@2027")
    told = chat.hears("parecia ser uma senha")
    assert "Salama@2027" not in told
    with world.bridge.sessions() as session:
        stored = session.scalars(select(Inbound)).all()
    assert stored
    assert all("Salama@2027" not in row.body and "Salama@2027" not in str(row.fields) for row in stored)
    chat.says("enviar")
    chat.says("enviar")
    world.settle()
    assert all("Salama@2027" not in (ticket.description or "") for ticket in world.salama.tickets())


def test_a_turn_that_was_overtaken_is_thought_out_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another turn wrote between reading and writing is not written over."""
    post(world, inbound(1, "Bom dia"))
    turns = world.worker.works.turns
    together = turns._together
    look = together._look

    def overtaken(arrivals: Sequence[Arrival]) -> Any:
        seen = look(arrivals)
        if arrivals[0].message.body == "cancelar":
            other = inbound(2, "A app não sincroniza em Namaponda, 3 telefones")
            message = read_message(MultiDict(other))
            with world.bridge.sessions.begin() as session:
                turns._receive_locked(session, Arrival(message, other, False, world.clock()))
        return seen

    monkeypatch.setattr(together, "_look", overtaken)
    assert post(world, inbound(3, "cancelar")).status_code == 204
    assert "Cancelado" in world.rows()[-1].payload["reply"]["text"]
    assert len(bodies(world)) == 3


def test_turns_that_come_together_are_one_transaction_and_each_is_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one is being written, the others gather; two messages of one person stay two turns in their order."""
    people = [f"+25884000010{number}" for number in range(8)]
    for phone in people:
        world.enrol("Pessoa Exemplo", phone, Role.L1)
    together = world.worker.works.turns._together
    groups: list[int] = []
    gate, write = threading.Event(), together._write

    def slowly(session: Session, group: Sequence[Any]) -> Any:
        groups.append(len(group))
        gate.wait(5)
        return write(session, group)

    monkeypatch.setattr(together, "_write", slowly)
    with ThreadPoolExecutor(17) as pool:
        first = pool.submit(post, world, inbound(1, "Bom dia"))
        world.eventually(lambda: groups == [1])
        rest = []
        for number, phone in enumerate(people):
            for step, text in enumerate(("Bom dia", "A app não abre em Namaponda")):
                form = inbound(100 + 2 * number + step, text, phone=phone)
                rest.append(pool.submit(post, world, form))
                world.eventually(lambda: len(together._combiner._waiting) == len(rest))
        gate.set()
        assert [each.result(60).status_code for each in [first, *rest]] == [204] * 17
    assert groups == [1, 8, 8]
    told = [row.payload["reply"]["text"] for row in world.rows()]
    assert sum("Falta saber" in text for text in told) == 8
    lanes = Counter(row.lane for row in world.rows())
    assert sorted(lanes.values()) == [1] + [2] * 8


def test_a_turn_with_a_fault_does_not_take_the_others_with_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks one turn's writing leaves those that came with it to turns of their own."""
    for number in (1, 2):
        world.enrol(f"Pessoa Exemplo {number}", f"+25884000010{number}", Role.L1)
    turns = world.worker.works.turns
    apply_all = Turn.apply_all

    def faulty(self: Turn, effects: Any) -> None:
        if self.person.name == "Pessoa Exemplo 1":
            raise RuntimeError("a fault of the program")
        apply_all(self, effects)

    monkeypatch.setattr(Turn, "apply_all", faulty)
    forms = [inbound(number, "Bom dia", phone=f"+25884000010{number}") for number in (1, 2)]
    arrivals = [Arrival(read_message(MultiDict(form)), form, False, world.clock()) for form in forms]
    assert turns._together._run(arrivals) == [None, None]
    assert bodies(world) == []
    assert turns.receive(arrivals[1].message, forms[1])
    with pytest.raises(RuntimeError):
        turns.receive(arrivals[0].message, forms[0])
    assert [row.payload["conversation"] for row in world.rows()] != []
    assert bodies(world) == ["Bom dia"]


def test_a_repeated_message_undoes_what_was_thought_ahead(world: World) -> None:
    post(world, inbound(1, "Bom dia"))
    post(world, inbound(2, "A app não sincroniza em Namaponda, 3 telefones"))
    with world.bridge.sessions() as session:
        before = session.scalars(select(Conversation)).one()
    world.clock.advance(seconds=60)
    assert post(world, inbound(2, "A app não sincroniza em Namaponda, 3 telefones")).status_code == 204
    with world.bridge.sessions() as session:
        after = session.scalars(select(Conversation)).one()
    assert (after.revision, after.dialogue, after.last_inbound_at) == (
        before.revision,
        before.dialogue,
        before.last_inbound_at,
    )


def _quoting(world: World, ticket: int) -> dict[str, str]:
    """The field by which a form quotes our newest message about a ticket."""
    with world.bridge.sessions() as session:
        sent = session.scalars(select(Sent).where(Sent.ticket_id == ticket).order_by(Sent.id.desc())).first()
    assert sent is not None
    assert sent.sid is not None
    return {"OriginalRepliedMessageSid": sent.sid, "OriginalRepliedMessageSender": SENDER}


def _history(world: World, ticket: int, kind: str) -> list[TicketEvent]:
    query = select(TicketEvent).where(TicketEvent.ticket_id == ticket, TicketEvent.kind == kind)
    with world.bridge.sessions() as session:
        return list(session.scalars(query.order_by(TicketEvent.id)))


def test_a_quoted_ticket_gets_what_was_added_and_its_file(world: World, chat: Chat) -> None:
    _file_a_report(chat)
    world.settle()
    post(world, inbound(900, "agora são 5 telefones", **_quoting(world, 1)))
    photo = inbound(901, "o ecrã", NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/jpeg")
    post(world, photo | _quoting(world, 1))
    words, picture = _history(world, 1, FOLLOWUP)
    assert (words.data["text"], words.actor) == ("agora são 5 telefones", "Celestino Amade")
    with world.bridge.sessions() as session:
        (attachment,) = session.scalars(select(Attachment))
        assert (attachment.ticket_id, picture.data["attachments"]) == (1, [attachment.id])
        assert session.scalar(select(func.count()).select_from(Ticket)) == 1
    world.work()
    chat.hears("Juntei isso ao pedido #1.")


def test_a_quoted_ticket_of_somebody_else_is_nobodys(world: World, chat: Chat) -> None:
    _file_a_report(chat)
    world.settle()
    post(world, inbound(900, "a app não abre", phone=JOAN, **_quoting(world, 1)))
    post(world, inbound(901, "a app não abre em Memba", phone=JOAN, **_quoting(world, 1)))
    assert _history(world, 1, FOLLOWUP) == []


def test_a_closed_ticket_is_opened_again_as_a_linked_one(world: World, chat: Chat) -> None:
    _file_a_report(chat)
    world.settle()
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, 1).is_open = False
    post(world, inbound(900, "voltou a falhar", **_quoting(world, 1)))
    post(world, inbound(901, "sim"))
    world.settle()
    again = world.ticket(2)
    assert again.details["reopens"] == 1
    assert again.report.startswith("voltou a falhar\nAntes, no #1")
    assert (again.category, again.place) == (world.ticket(1).category, world.ticket(1).place)
    (link,) = _history(world, 1, "reopened")
    assert link.data == {"ticket": 2}
    assert len(world.salama.tickets()) == 2


def _file_a_report(chat: Chat) -> None:
    chat.says("A app não sincroniza em Namaponda desde ontem, 3 telefones")
    chat.says("42 registos por enviar, o trabalho está parado")
    chat.says("enviar")
    chat.says("enviar")


def test_a_report_that_nobody_confirms_is_filed_and_says_so(world: World, chat: Chat) -> None:
    chat.says("sem rede em Namaponda, 4 equipas")
    world.pass_time(minutes=20)
    chat.hears("Ainda está aí?")
    world.restart()
    world.pass_time(hours=2)
    chat.hears("Como não respondeu")
    world.settle()
    assert world.ticket(1).details["flags"] == ["unconfirmed"]
    (filed,) = world.salama.tickets()
    assert "Sem confirmação" in (filed.description or "")
