"""People whom nobody knows: how they are let in, what is taken from anybody, and how little they can take up."""

import pytest
from sqlalchemy import select

from bot.newcomers.chat import MOST_ANSWERS
from store.access import AccessRequest, AccessState
from store.conversations import Conversation
from store.outbox import Channel
from store.people import Person, Role
from store.tickets import Ticket
from tests.clocks import MovableClock
from tests.conftest import ACCOUNT
from tests.databases import CELESTINO, JOAN, MOMADE, ONLY_SQLITE
from tests.forms import inbound, signature
from tests.world import Chat, World

LEAD, SECOND_LEAD, STRANGER, OTHER = "+258840000021", "+258840000022", "+258840000099", "+258840000098"
HIDDEN = "whatsapp:MZ.1A2B3C"


@pytest.fixture
def led(world: World) -> World:
    """A helpdesk with a lead who has written before, and two phones that nobody knows."""
    world.enrol("Célia Mabunda", LEAD, Role.L2_LEAD)
    Chat(world, LEAD).says("turno")
    world.work()
    return world


def people(world: World, phone: str) -> Person | None:
    with world.bridge.sessions() as session:
        return session.scalar(select(Person).where(Person.phone == phone))


def requests(world: World) -> list[AccessRequest]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(AccessRequest).order_by(AccessRequest.id)))


def tickets(world: World) -> list[Ticket]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(Ticket).order_by(Ticket.id)))


def post(world: World, form: dict[str, str]) -> None:
    url = world.settings.public_url + "/whatsapp/inbound"
    answer = world.app.test_client().post(
        "/whatsapp/inbound", data=form, headers={"X-Twilio-Signature": signature(url, form)}
    )
    assert answer.status_code == 204
    world.work()


def hidden(world: World, number: int, body: str, address: str = HIDDEN) -> None:
    """A message of somebody whose number WhatsApp does not show."""
    post(world, inbound(number, body) | {"From": address, "ExternalUserId": address, "AccountSid": ACCOUNT})


def said_to(world: World, address: str = HIDDEN) -> list[str]:
    """What was queued for an address, oldest first."""
    with world.bridge.sessions() as session:
        found = session.scalars(select(Conversation).where(Conversation.address == address)).one()
        lane = f"conversation:{found.id}"
    texts = []
    for row in world.rows():
        if row.lane == lane and row.channel == Channel.WHATSAPP:
            texts.append(row.payload["reply"]["text"] if "reply" in row.payload else row.payload["fact"])
    return texts


def test_somebody_unknown_asks_and_the_lead_enrols_them_with_one_tap(led: World) -> None:
    maria, lead = Chat(led, STRANGER), Chat(led, LEAD)
    assert "Este número não está na lista do helpdesk" in maria.asks("Bom dia, a app não abre")
    assert "O responsável do helpdesk vai decidir (monitora local, Memba)" in maria.asks(
        "Maria Alberto, monitora local, Memba"
    )
    assert "Inscrição 1: Maria Alberto, monitora local, Memba, 84 000 0099" in lead.hears("Inscrição")
    assert people(led, STRANGER) is None
    assert lead.asks("Inscrever", extra={"ButtonPayload": "v1:staff:enrol:1"}) == (
        "Inscrição de Maria Alberto aceite, distrito Memba; a pessoa é avisada."
    )
    maria.hears("Inscrição feita, Maria Alberto")
    person = people(led, STRANGER)
    assert person is not None
    assert (person.role, person.district, person.is_active) == (Role.L1, "Memba", True)
    assert "numa só mensagem" in maria.asks("ola")  # the reporter's dialogue now


def test_what_is_missing_is_asked_for(led: World) -> None:
    maria = Chat(led, STRANGER)
    maria.says("bom dia")
    assert maria.asks("sou supervisora distrital") == "Obrigado. Ainda falta: o seu nome, o seu distrito."
    assert maria.asks("de Angoche") == "Obrigado. Ainda falta: o seu nome."
    assert "(supervisora distrital, Angoche)" in maria.asks("Maria Alberto")


def test_a_refusal_is_told_and_the_same_number_is_quiet_for_a_week(led: World, clock: MovableClock) -> None:
    maria, lead = Chat(led, STRANGER), Chat(led, LEAD)
    maria.says("ola")
    maria.says("Maria Alberto, monitora local, Memba")
    assert lead.asks("negar 1") == "Inscrição de Maria Alberto recusada; a pessoa é avisada."
    maria.hears("O helpdesk não pôde inscrever este número")
    clock.advance(days=2)
    maria.says("ola")
    assert "O helpdesk não pôde inscrever" in maria.asks("Maria Alberto, monitora local, Memba")
    assert [each.state for each in requests(led)] == [AccessState.REFUSED]
    assert people(led, STRANGER) is None


def test_of_two_leads_the_first_word_counts(led: World) -> None:
    led.enrol("Tito Mussa", SECOND_LEAD, Role.L2_LEAD)
    Chat(led, SECOND_LEAD).says("turno")
    maria = Chat(led, STRANGER)
    maria.says("ola")
    maria.says("Maria Alberto, monitora local, Memba")
    assert "recusada" in Chat(led, LEAD).asks("negar 1")
    assert Chat(led, SECOND_LEAD).asks("inscrever 1") == "Célia Mabunda já recusou a inscrição 1."
    assert people(led, STRANGER) is None


def test_agents_and_reporters_cannot_let_anybody_in(led: World) -> None:
    led.enrol("Tito Mussa", SECOND_LEAD, Role.L2)
    maria = Chat(led, STRANGER)
    maria.says("ola")
    maria.says("Maria Alberto, monitora local, Memba")
    assert "responsável" in Chat(led, SECOND_LEAD).asks("inscrever 1")
    Chat(led, CELESTINO).says("inscrever 1")
    assert [each.state for each in requests(led)] == [AccessState.WAITING]


def test_who_asks_to_be_staff_becomes_a_reporter_at_most(led: World) -> None:
    maria = Chat(led, STRANGER)
    maria.says("ola")
    maria.says("Maria Alberto, supervisora distrital, Memba. role L2_LEAD ADMIN")
    Chat(led, LEAD).says("inscrever 1")
    person = people(led, STRANGER)
    assert person is not None
    assert person.role == Role.L1


def test_registrars_are_sent_to_their_monitor(led: World) -> None:
    maria = Chat(led, STRANGER)
    maria.says("ola")
    assert "através do monitor local ou supervisor" in maria.asks("Maria Alberto, registadora, Memba")
    assert requests(led) == []


def test_requests_are_limited_for_one_number_and_for_all(led: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.access.MOST_WAITING", 1)
    maria, other = Chat(led, STRANGER), Chat(led, OTHER)
    maria.says("ola")
    maria.says("Maria Alberto, monitora local, Memba")
    maria.says("Maria Alberta, monitora local, Moma")  # the same request, however often
    other.says("ola")
    assert "demasiados pedidos" in other.asks("Rui Tomo, monitor local, Memba")
    assert len(requests(led)) == 1
    for district in ("Angoche", "Moma", "Memba", "Monapo", "Muecate"):
        maria.says(f"Maria Alberto, monitora local, {district}")
    answers = [each for each in led.phones.messages(STRANGER) if not each.is_inbound]
    assert len(answers) == MOST_ANSWERS  # then silence, for a day


def test_a_request_of_the_night_waits_for_the_morning(led: World, clock: MovableClock) -> None:
    lead = Chat(led, LEAD)
    led.pass_time(hours=15)  # one in the night
    maria = Chat(led, STRANGER)
    maria.says("ola")
    maria.says("Maria Alberto, monitora local, Memba")
    assert not [text for text in lead.unheard() if "Inscrição" in text]
    led.pass_time(hours=6)
    lead.hears("Inscrição 1")


def test_a_childs_reaction_is_taken_from_anybody_with_the_safety_line_first(led: World) -> None:
    stranger = Chat(led, STRANGER)
    answer = stranger.asks("crianca vomitou e inchou depois da toma do SPAQ em Aube, Angoche")
    assert "unidade sanitária" in answer.split("\n")[0]
    for text in ("nao sei", "enviar"):
        if tickets(led):
            break
        stranger.says(text)
    (ticket,) = tickets(led)
    assert (ticket.category, ticket.person_id, ticket.reporter_phone) == ("programmatic", None, STRANGER)
    assert ticket.severity <= 2
    assert ticket.reporter_name.endswith("(sem inscrição)")
    assert people(led, STRANGER) is None


def test_a_stolen_phone_is_taken_from_anybody_and_the_helpdesk_can_answer(led: World) -> None:
    stranger, lead = Chat(led, STRANGER), Chat(led, LEAD)
    stranger.says("roubaram o telemovel do registador ontem a noite em Aube, Angoche")
    for text in ("nao sei", "enviar"):
        if tickets(led):
            break
        stranger.says(text)
    (ticket,) = tickets(led)
    assert ticket.category == "security"
    lead.says(f"pegar {ticket.id}")
    lead.says(f"resp {ticket.id} Já bloqueámos a conta.")
    stranger.hears("Já bloqueámos a conta.")
    stranger.says("obrigado, era o telefone da equipa 4")
    lead.hears("era o telefone da equipa 4")


def test_what_was_reported_as_unknown_is_the_persons_once_enrolled(led: World) -> None:
    stranger = Chat(led, STRANGER)
    stranger.says("roubaram o telemovel do registador ontem a noite em Aube, Angoche")
    for text in ("nao sei", "enviar"):
        if tickets(led):
            break
        stranger.says(text)
    stranger.says("Maria Alberto, monitora local, Memba")
    Chat(led, LEAD).says("inscrever 1")
    assert "#1" in stranger.asks("estado")


def test_a_guest_cannot_file_anything_else(led: World) -> None:
    stranger = Chat(led, STRANGER)
    stranger.says("roubaram o telemovel do registador ontem a noite em Aube, Angoche")
    stranger.says("cancelar")
    for text in ("menu", "1", "a app não abre em Aube, Angoche", "nao sei", "enviar"):
        stranger.says(text)
    assert [each.category for each in tickets(led) if each.category != "security"] == []


def test_another_number_of_somebody_enrolled_is_for_the_lead_to_decide(led: World) -> None:
    celestino, lead = Chat(led, CELESTINO), Chat(led, LEAD)
    celestino.says("ola")
    first = led.open_ticket()
    new = Chat(led, STRANGER)
    new.says("ola")
    assert "confirma que este número é seu" in new.asks("mudei de numero, o antigo era 84 000 0001")
    lead.hears("diz ser de Celestino Amade")
    assert "É número novo ou um segundo?" in lead.asks("inscrever 1")
    assert (
        lead.asks("Número novo", extra={"ButtonPayload": "v1:staff:enrol:1:new"})
        == "O número é agora de Celestino Amade; a pessoa é avisada."
    )
    new.hears("Já sei quem escreve, Celestino Amade")
    assert f"#{first}" in new.asks("estado")
    lead.says(f"pegar {first}")
    lead.says(f"resp {first} Tente de novo, por favor.")
    new.hears("Tente de novo, por favor.")  # what is said about the old ticket arrives at the new number
    assert "não está na lista" in celestino.asks("ola")  # whoever has the old number now is unknown


def test_two_numbers_are_one_person(led: World) -> None:
    celestino, lead, second = Chat(led, CELESTINO), Chat(led, LEAD), Chat(led, STRANGER)
    celestino.says("ola")
    ticket = led.open_ticket()
    second.says("ola")
    second.says("este é o meu segundo numero, o outro é 84 000 0001")
    lead.says("inscrever 1 segundo")
    assert f"#{ticket}" in second.asks("estado")
    assert f"#{ticket}" in celestino.asks("estado")


def test_somebody_without_a_visible_number_is_asked_once_and_matched(led: World) -> None:
    hidden(led, 1, "a app não sincroniza em Aube, 3 telefones")
    assert "não me mostra o seu número" in said_to(led)[-1]
    hidden(led, 2, "84 000 0003")
    assert said_to(led)[-1].startswith("App ou telefone. Falta saber")  # what they wrote first is gone on with
    Chat(led, LEAD).hears("Momade Amisse (84 000 0003) escreve agora sem número visível")
    with led.bridge.sessions() as session:
        found = session.scalars(select(Conversation).where(Conversation.address == HIDDEN)).one()
        assert found.phone == MOMADE
    asked = [text for text in said_to(led) if "não me mostra" in text]
    hidden(led, 3, "menu")
    assert [text for text in said_to(led) if "não me mostra" in text] == asked


def test_nobody_becomes_staff_or_a_number_in_use_by_naming_it(led: World) -> None:
    Chat(led, CELESTINO).says("ola")
    hidden(led, 1, "ola")
    hidden(led, 2, "84 000 0021")  # the lead's
    assert "confirma que este número é seu" in said_to(led)[-1]
    other = "whatsapp:MZ.9Z9Z"
    hidden(led, 3, "ola", other)
    hidden(led, 4, "84 000 0001", other)  # one that shows itself
    assert "confirma que este número é seu" in said_to(led, other)[-1]
    with led.bridge.sessions() as session:
        phones = session.scalars(select(Conversation.phone).where(Conversation.address.like("whatsapp:MZ.%"))).all()
    assert phones == [None, None]
    assert Chat(led, LEAD).asks("inscrever 2") == "O número é agora de Celestino Amade; a pessoa é avisada."
    with led.bridge.sessions() as session:
        assert session.scalars(select(Conversation.phone).where(Conversation.address == other)).one() == CELESTINO


@ONLY_SQLITE
def test_an_enrolled_person_notices_nothing_of_all_this(led: World) -> None:
    assert "Good" in Chat(led, JOAN).asks("hello")
    assert requests(led) == []
