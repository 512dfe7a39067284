"""Level 3 by e-mail, through the chat, the outbox and a real SMTP server."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from store.conversations import Attachment
from store.mails import Mail, MailState
from store.outbox import RowState
from store.people import Role, find_person
from store.roster import Shift
from store.tickets import Stage, TicketEvent
from tests.databases import CELESTINO
from tests.mailserver import PostOffice, post_office
from tests.world import Chat, Killed, World

OFELIA, TITO, RAVI, MEENA = "+258840000021", "+258840000022", "+919000000031", "+919000000032"
LINE = "App does not sync after login, 3 devices"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as made:
        yield made


@pytest.fixture
def helpdesk(world: World, office: PostOffice) -> World:
    """Level 2 and level 3, and a bridge that can mail."""
    world.restart(smtp_url=office.url, mail_from="Helpdesk SPAQ <helpdesk@bridge.example.org>")
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    world.enrol("Ravi Kumar", RAVI, Role.L3, language="en", email="ravi@engineers.example.com")
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def escalated(world: World, **changes: Any) -> int:
    ticket = world.open_ticket(**changes)
    world.work()
    ofelia = Chat(world, OFELIA)
    ofelia.asks(f"L3 {ticket} {LINE}")
    ofelia.asks("sim")
    return ticket


def mails(world: World) -> list[Mail]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def history(world: World, ticket: int) -> list[str]:
    with world.bridge.sessions() as session:
        events = session.scalars(select(TicketEvent).where(TicketEvent.ticket_id == ticket).order_by(TicketEvent.id))
        return [event.kind for event in events]


def text_of(office: PostOffice, number: int = -1) -> str:
    body = office.arrived[number].get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_the_mail_is_shown_first_and_leaves_when_it_is_confirmed(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket(severity=1)
    helpdesk.work()
    ofelia = Chat(helpdesk, OFELIA)
    preview = ofelia.asks(f"l3 {ticket} {LINE}")
    assert preview.startswith(f"Para: Ravi Kumar\n[SPAQ-{ticket}][S1] {LINE}, Angoche\n{LINE}")
    assert preview.endswith("SIM envia.")
    assert office.arrived == []
    assert ofelia.asks("sim") == f"O #{ticket} segue para Ravi Kumar; Celestino Amade foi avisado."
    assert "passou à equipa técnica da eGov. Próxima informação até hoje às 11:00" in helpdesk.chat().unheard()[-1]
    assert helpdesk.ticket(ticket).stage == Stage.LEVEL3
    assert [message["Subject"] for message in office.arrived] == [f"[SPAQ-{ticket}][S1] {LINE}, Angoche"]
    assert history(helpdesk, ticket)[-3:] == ["taken", "escalated", "mailed"]


def test_the_mail_has_the_headers_that_keep_a_thread_and_machines_quiet(helpdesk: World, office: PostOffice) -> None:
    ticket = escalated(helpdesk)
    message = office.arrived[0]
    assert message["From"] == "Helpdesk SPAQ <helpdesk@bridge.example.org>"
    assert message["To"] == "ravi@engineers.example.com"
    assert message["Reply-To"].startswith(f"helpdesk+{ticket}.")
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["In-Reply-To"] is None
    assert message["Message-ID"] == mails(helpdesk)[0].message_id
    assert office.envelopes[0][0] == "helpdesk@bridge.example.org"


def test_the_mail_says_what_engineers_need_in_english_with_the_portuguese_below(
    helpdesk: World, office: PostOffice
) -> None:
    ticket = escalated(
        helpdesk,
        severity=2,
        report="A app não sincroniza desde ontem. O meu número é 84 000 0001.",
        details=(("Tipo", "App ou telefone"), ("Impacto", "Trabalho parado"), ("Telefones", "3"), ("Erro", "ligação")),
        place="Angoche, Namaponda",
    )
    text = text_of(office)
    assert text.startswith(f"{LINE}\n(Ofélia Nampaco, helpdesk level 2)\n")
    assert "release freeze" not in text
    for line in (
        "Severity: 2 (one team stopped, or several hindered)",
        "Work: Work stopped",
        "Affected: Phones: 3",
        "Reported: 24 Nov 2026 10:00 CAT (13:30 IST)",
        "Reply wanted by: 24 Nov 2026 11:00 CAT (14:30 IST)",
        "Category: App or phone, app (Salama: TechnicalIssues)",
        f"Salama request: {helpdesk.ticket(ticket).number}",
        "Place: Angoche, Namaponda (boundary mz)",
        "Error: ligação",
        "Original report, as it was written:\nA app não sincroniza desde ontem.",
        "On level 2 now: Ofélia Nampaco (+258 84 000 0021), Tito Mussa (+258 84 000 0022)",
        "Reply above this line",
    ):
        assert line in text
    assert "84 000 0001" not in text


def test_the_reporters_number_goes_only_when_level_3_must_call(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket()
    ofelia = Chat(helpdesk, OFELIA)
    ofelia.asks(f"L3 {ticket} ligar: {LINE}")
    ofelia.asks("sim")
    assert "Please call: Celestino Amade, +258 84 000 0001" in text_of(office)
    assert office.arrived[0]["Subject"].startswith(f"[SPAQ-{ticket}][S3] App does not")


def test_what_was_typed_cannot_become_a_header(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket(place="Angoche\r\nBcc: everybody@example.net", district="Ang\r\nX-Evil: 1")
    ofelia = Chat(helpdesk, OFELIA)
    ofelia.asks(f"L3 {ticket} sync\r\nBcc: somebody@example.net\r\n\r\nhello")
    ofelia.asks("sim")
    message = office.arrived[0]
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert office.envelopes[0][1] == ("ravi@engineers.example.com",)


def test_only_level_2_can_escalate(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket()
    helpdesk.chat().says(f"L3 {ticket} {LINE}")
    helpdesk.chat().says("sim")
    assert helpdesk.ticket(ticket).stage == Stage.QUEUED
    assert office.arrived == []


def test_a_follow_up_stays_in_the_thread_and_the_reporter_is_not_told_again(
    helpdesk: World, office: PostOffice
) -> None:
    ticket = escalated(helpdesk)
    ofelia, told = Chat(helpdesk, OFELIA), len(helpdesk.phones.messages(CELESTINO))
    ofelia.asks(f"L3 {ticket} It happens on Android 9 only")
    assert ofelia.asks("sim") == f"#{ticket}: o e-mail segue para Ravi Kumar."
    first, second = office.arrived
    assert second["Subject"] == f"Re: {first['Subject']}"
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == first["Message-ID"]
    assert second["Reply-To"] == first["Reply-To"]
    assert len(helpdesk.phones.messages(CELESTINO)) == told


def test_a_phone_call_is_noted_and_nothing_is_mailed(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket()
    ofelia = Chat(helpdesk, OFELIA)
    assert "Ravi Kumar +91 90000 00031" in ofelia.asks(f"L3 {ticket} tel")
    answer = ofelia.asks(f"L3 {ticket} tel Ravi looks at it, clears the queue at 12")
    assert answer == f"Chamada anotada; o #{ticket} está com o nível 3, Celestino Amade foi avisado."
    assert helpdesk.ticket(ticket).stage == Stage.LEVEL3
    helpdesk.pass_time(hours=3)
    assert office.arrived == []


def test_the_freeze_is_stated_within_a_window(helpdesk: World, office: PostOffice) -> None:
    calendar = helpdesk.bridge.mail.level3.calendar
    spans = ((date(2026, 11, 20), date(2026, 11, 29)),)
    level3 = replace(helpdesk.bridge.mail.level3, calendar=replace(calendar, spans=spans))
    ticket = helpdesk.ticket(helpdesk.open_ticket())
    with helpdesk.bridge.sessions() as session:
        me = find_person(session, OFELIA)
        assert me is not None
        draft = level3.draft(session, ticket, LINE, by=me, now=helpdesk.clock())
    assert "Needed: workaround or data fix only (release freeze until 29 Nov 2026)" in draft.text


def test_without_an_answer_a_second_mail_goes_and_then_level_2_is_asked_to_call(
    helpdesk: World, office: PostOffice
) -> None:
    ticket = escalated(helpdesk)
    helpdesk.pass_time(minutes=61)
    assert len(office.arrived) == 2
    assert office.arrived[1]["In-Reply-To"] == office.arrived[0]["Message-ID"]
    assert "Nobody has answered our mail of 24 Nov 2026 10:00 CAT (13:30 IST)" in text_of(office)
    assert "seguiu um segundo e-mail" in Chat(helpdesk, OFELIA).unheard()[-1]
    helpdesk.pass_time(minutes=61)
    assert len(office.arrived) == 2
    assert (
        f"#{ticket}: o nível 3 continua sem responder. Ligue, por favor: Ravi Kumar +91"
        in (Chat(helpdesk, OFELIA).unheard()[-1])
    )
    helpdesk.pass_time(hours=5)
    assert history(helpdesk, ticket).count("level3_silent") == 2


def test_an_unreachable_server_is_waited_for_and_level_2_hears_of_it(helpdesk: World, office: PostOffice) -> None:
    helpdesk.restart(smtp_url="smtp://127.0.0.1:1")
    ticket = escalated(helpdesk)
    helpdesk.pass_time(minutes=12)
    assert f"#{ticket}: o e-mail ao nível 3 continua à espera" in Chat(helpdesk, OFELIA).unheard()[-1]
    helpdesk.restart(smtp_url=office.url)
    helpdesk.pass_time(minutes=2)
    assert len(office.arrived) == 1
    assert mails(helpdesk)[0].state == MailState.SENT


def test_a_passing_refusal_is_tried_again_and_a_final_one_is_parked_and_told(
    helpdesk: World, office: PostOffice
) -> None:
    office.data_answers = ["451 greylisted", "250 OK"]
    escalated(helpdesk)
    helpdesk.pass_time(minutes=2)
    assert len(office.arrived) == 1
    office.data_answers = ["554 no"]
    ticket = escalated(helpdesk)
    assert [row.fault for row in helpdesk.rows(RowState.PARKED)] == [
        "smtp_554: the mail server refuses the mail (answer 554); see its log and MAIL_FROM"
    ]
    told = Chat(helpdesk, OFELIA).unheard()[-1]
    assert told.startswith(f"#{ticket}: o servidor de correio recusa o e-mail ao nível 3. Ligue, por favor: Ravi")


def test_of_several_receivers_each_gets_what_can_be_delivered(helpdesk: World, office: PostOffice) -> None:
    helpdesk.enrol("Meena Rao", MEENA, Role.L3, language="en", email="meena@engineers.example.com")
    office.answers["meena@engineers.example.com"] = "450 later"
    escalated(helpdesk)
    assert office.envelopes == [("helpdesk@bridge.example.org", ("ravi@engineers.example.com",))]
    office.answers.clear()
    helpdesk.pass_time(minutes=2)
    assert office.envelopes[1:] == [("helpdesk@bridge.example.org", ("meena@engineers.example.com",))]
    assert office.arrived[0]["Message-ID"] == office.arrived[1]["Message-ID"]
    office.answers["meena@engineers.example.com"] = "550 unknown"
    ticket = escalated(helpdesk)
    assert (
        f"#{ticket}: o servidor de correio não aceita meena@engineers.example.com"
        in (Chat(helpdesk, OFELIA).unheard()[-1])
    )


def test_a_connection_lost_after_the_text_sends_the_same_message_again(helpdesk: World, office: PostOffice) -> None:
    office.breaks_after_data = 1
    escalated(helpdesk)
    helpdesk.pass_time(minutes=2)
    assert len(office.arrived) == 2
    assert office.arrived[0]["Message-ID"] == office.arrived[1]["Message-ID"]
    assert len(mails(helpdesk)) == 1


def test_killed_between_sending_and_settling_the_message_is_recognisable(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket()
    helpdesk.work()
    ofelia = Chat(helpdesk, OFELIA)
    ofelia.asks(f"L3 {ticket} {LINE}")

    def die_at_the_next_commit() -> None:
        office.on_arrival = lambda: None
        helpdesk.kill_at_commit(1, "before")

    office.on_arrival = die_at_the_next_commit
    with pytest.raises(Killed):
        ofelia.says("sim")
    helpdesk.restart()
    helpdesk.pass_time(minutes=4)
    assert len(office.arrived) == 2
    assert office.arrived[0]["Message-ID"] == office.arrived[1]["Message-ID"]
    assert mails(helpdesk)[0].state == MailState.SENT


def test_photos_go_along_up_to_five_megabytes_and_the_rest_is_counted(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket()
    keep_photos(helpdesk, ticket, [photo(), photo() + b"\0" * 5_300_000, photo()])
    ofelia = Chat(helpdesk, OFELIA)
    assert "Com 2 fotos." in ofelia.asks(f"L3 {ticket} {LINE}")
    ofelia.asks("sim")
    pictures = [part.get_content_type() for part in office.arrived[0].iter_attachments()]
    assert pictures == ["image/jpeg", "image/jpeg"]
    assert "Photos kept by the helpdesk, not attached: 1 (of 3)" in text_of(office)


def test_no_photo_goes_along_where_a_child_may_be_in_it(helpdesk: World, office: PostOffice) -> None:
    ticket = helpdesk.open_ticket(category="programmatic", kind="reaction", service_code="Other")
    keep_photos(helpdesk, ticket, [photo()])
    ofelia = Chat(helpdesk, OFELIA)
    ofelia.asks(f"L3 {ticket} {LINE}")
    ofelia.asks("sim")
    assert list(office.arrived[0].iter_attachments()) == []
    assert "not attached: 1 (of 1)" in text_of(office)


def test_the_hour_to_answer_counts_only_while_level_3_is_on_shift(helpdesk: World, office: PostOffice) -> None:
    starts = helpdesk.clock() + timedelta(hours=3)
    with helpdesk.bridge.sessions.begin() as session:
        ravi = find_person(session, RAVI)
        assert ravi is not None
        span = {"starts_at": starts, "ends_at": starts + timedelta(hours=8)}
        session.add(Shift(level="L3", person_id=ravi.id, is_confirmed=None, **span))
    escalated(helpdesk)
    helpdesk.pass_time(hours=3, minutes=55)
    assert len(office.arrived) == 1
    assert "Reply wanted by: 24 Nov 2026 14:00 CAT (17:30 IST)" in text_of(office)
    helpdesk.pass_time(minutes=10)
    assert len(office.arrived) == 2


def test_without_mail_or_addresses_the_command_says_whom_to_call(helpdesk: World) -> None:
    ticket = helpdesk.open_ticket()
    helpdesk.restart(smtp_url="")
    answer = Chat(helpdesk, OFELIA).asks(f"L3 {ticket} {LINE}")
    assert answer.startswith("O e-mail não está configurado. Ligue ao nível 3 (Ravi Kumar +91 90000 00031)")
    assert helpdesk.ticket(ticket).stage == Stage.QUEUED


def test_the_engineers_reference_is_kept_and_stands_in_later_mails(helpdesk: World, office: PostOffice) -> None:
    ticket = escalated(helpdesk)
    ofelia = Chat(helpdesk, OFELIA)
    assert ofelia.asks(f"EXT {ticket}") == f"O #{ticket} ainda não tem referência."
    assert ofelia.asks(f"EXT {ticket} HCM-123") == f"Referência do #{ticket}: HCM-123."
    ofelia.asks(f"L3 {ticket} any news?")
    ofelia.asks("sim")
    assert "Your reference: HCM-123" in text_of(office)


def photo() -> bytes:
    buffer = BytesIO()
    Image.new("RGB", (40, 30), "green").save(buffer, "JPEG")
    return buffer.getvalue()


def keep_photos(world: World, ticket: int, contents: list[bytes]) -> None:
    with world.bridge.sessions.begin() as session:
        for content in contents:
            values = {"url": "", "content_type": "image/jpeg", "content": content, "state": "kept"}
            session.add(Attachment(conversation_id=1, ticket_id=ticket, received_at=world.clock(), **values))
