"""Matters for NMCP: offered to level 2, forwarded, confirmed or not, refused, answered; at night, many at once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from desk.nmcp import held
from store.people import Role
from store.tickets import Stage, TicketEvent
from tests.databases import CELESTINO
from tests.integration.test_turns import at_once
from tests.world import Chat, World

OFELIA, ROSA, ABEL, NELIA = "+258840000021", "+258840000061", "+258840000062", "+258840000063"
STOCK: dict[str, Any] = {
    "category": "programmatic",
    "kind": "stock",
    "service_code": "Other",
    "for_nmcp": True,
    "severity": 2,
    "place": "Angoche, Aube",
    "answers": {"age_group": "12–59 meses", "quantities": "restam 40, precisamos 600", "days_left": "1 dia"},
}
REACTION: dict[str, Any] = {
    "category": "programmatic",
    "kind": "reaction",
    "service_code": "Other",
    "for_nmcp": True,
    "severity": 1,
}


@pytest.fixture
def programme(world: World) -> World:
    """One member of level 2 and three officials: two of the district, one of the province; all have written before."""
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Abel Fictício", ABEL, Role.NMCP, district="Angoche", province="Nampula")
    world.enrol("Rosa Fictícia", ROSA, Role.NMCP, district="angoche", province="Nampula")
    world.enrol("Nélia Fictícia", NELIA, Role.NMCP, province="Nampula")
    for phone in (OFELIA, ROSA, ABEL, NELIA, CELESTINO):
        Chat(world, phone).says("pt")
        Chat(world, phone).hears("português")
    return world


def heard(world: World, phone: str, words: str) -> list[str]:
    """What a phone heard that holds these words."""
    return [m.body for m in world.phones.messages(phone) if not m.is_inbound and words in m.body]


def history(world: World, ticket: int) -> list[str]:
    with world.bridge.sessions() as session:
        query = session.query(TicketEvent).filter_by(ticket_id=ticket).order_by(TicketEvent.id)
        return [event.kind for event in query if "nmcp" in event.kind]


def minutes(world: World, count: float) -> None:
    world.pass_time(minutes=count)


def test_level_2_sees_contact_and_text_and_one_word_sends_them(programme: World) -> None:
    ofelia, abel = programme.chat(OFELIA), programme.chat(ABEL)
    ticket = programme.open_ticket(**STOCK)
    programme.work()
    assert f"Provável PNCM: PNCM {ticket} encaminha." in ofelia.hears("Provável")
    shown = ofelia.asks(f"pncm {ticket}")
    assert "Abel Fictício, 84 000 0062" in shown
    assert "Substituto: Rosa Fictícia" in shown
    assert "Resta: 40 · Precisa: 600 · Chega para: 1 dia" in shown
    assert heard(programme, ABEL, "pedido") == []
    assert ofelia.asks("sim") == f"O #{ticket} foi para o PNCM: Abel Fictício, 84 000 0062."
    alert = abel.hears(f"pedido #{ticket} · STOCK · G2")
    assert "Angoche, Aube" in alert
    assert "Reportado por: Celestino Amade, supervisor, 84 000 0001" in alert
    assert programme.ticket(ticket).stage == Stage.NMCP
    assert heard(programme, ROSA, "STOCK") == []


def test_received_tells_reporter_and_level_2_once(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    programme.chat(OFELIA).says(f"pncm {ticket}")
    programme.chat(OFELIA).says("sim")
    abel = programme.chat(ABEL)
    assert abel.asks("Recebido") == f"Obrigado. Quem reportou o pedido #{ticket} fica a saber que está consigo."
    assert abel.asks("recebido.") == f"Obrigado, já tinha confirmado: #{ticket}."
    told = f"Pedido #{ticket}: está com Abel Fictício, do PNCM, que lhe pode ligar."
    assert heard(programme, CELESTINO, "do PNCM") == [told]
    assert heard(programme, OFELIA, "confirmou") == [f"#{ticket}: Abel Fictício (PNCM) confirmou que recebeu."]
    minutes(programme, 180)
    assert heard(programme, ABEL, "Lembrete") == []
    assert history(programme, ticket) == ["to_nmcp", "nmcp_received"]


def test_call_me_is_a_call_task_with_both_numbers(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    programme.chat(ABEL).says("2")
    task = programme.chat(OFELIA).hears("ligue, por favor")
    assert "84 000 0062" in task
    assert "84 000 0001" in task
    assert history(programme, ticket) == ["to_nmcp", "nmcp_call"]


def test_without_level_2_it_goes_by_itself_and_nothing_before(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    minutes(programme, 14.9)
    assert heard(programme, ABEL, "STOCK") == []
    minutes(programme, 0.2)
    assert len(heard(programme, ABEL, "STOCK")) == 1
    assert heard(programme, OFELIA, "automaticamente") == [
        f"O #{ticket} foi para o PNCM automaticamente: Abel Fictício."
    ]


def test_level_2_may_say_that_it_is_not_for_nmcp(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    answer = programme.chat(OFELIA).asks(f"PNCM {ticket} não")
    assert answer == f"#{ticket} fica no helpdesk e não vai para o PNCM."
    minutes(programme, 60)
    assert heard(programme, ABEL, "STOCK") == []
    assert not programme.ticket(ticket).for_nmcp


def test_no_answer_reminds_then_the_deputy_then_back_to_level_2(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    programme.chat(OFELIA).says(f"pncm {ticket}")
    programme.chat(OFELIA).says("sim")
    minutes(programme, 31)
    assert len(heard(programme, ABEL, "Lembrete: ainda sem confirmação.")) == 1
    minutes(programme, 30)
    assert heard(programme, CELESTINO, "insistir") == [
        f"Pedido #{ticket}: ainda sem confirmação do PNCM; o helpdesk está a insistir."
    ]
    assert "Abel Fictício não confirmou; chega-lhe como substituto." in programme.chat(ROSA).hears("STOCK")
    assert f"#{ticket}: Abel Fictício não confirmou; foi para o substituto, Rosa Fictícia." in heard(
        programme, OFELIA, "substituto,"
    )
    assert programme.ticket(ticket).stage == Stage.NMCP
    minutes(programme, 62)
    back = programme.chat(OFELIA).hears("Telefone, por favor")
    assert "Rosa Fictícia, 84 000 0061" in back
    assert programme.ticket(ticket).stage == Stage.QUEUED
    assert programme.chat(ROSA).asks("recebido").startswith("Obrigado.")
    assert programme.ticket(ticket).stage == Stage.NMCP


def test_a_wrong_official_gives_it_back_and_is_not_asked_again(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    assert programme.chat(ABEL).asks("Não é comigo, fale com a Rosa") == (
        f"Obrigado por avisar. O pedido #{ticket} volta ao helpdesk."
    )
    assert "«Não é comigo, fale com a Rosa»" in programme.chat(OFELIA).hears("não é consigo")
    assert programme.ticket(ticket).stage == Stage.QUEUED
    assert "Rosa Fictícia" in programme.chat(OFELIA).asks(f"pncm {ticket} stock")
    programme.chat(OFELIA).says("sim")
    assert len(heard(programme, ROSA, "STOCK")) == 1
    assert len(heard(programme, ABEL, "STOCK")) == 1


def test_an_official_s_words_reach_the_reporter_only_by_level_2(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    answer = programme.chat(ABEL).asks("Saem amanhã 600 blisters de Nampula")
    assert answer == f"O helpdesk recebeu a sua resposta sobre o #{ticket} e vai passá-la."
    offer = programme.chat(OFELIA).hears("escreve")
    assert "Passo a Celestino Amade? SIM envia." in offer
    assert heard(programme, CELESTINO, "blisters") == []
    assert programme.chat(OFELIA).asks("sim") == f"#{ticket}: Celestino Amade recebeu a resposta do PNCM."
    said = f"Pedido #{ticket}: Abel Fictício, do PNCM, responde: «Saem amanhã 600 blisters de Nampula»"
    assert heard(programme, CELESTINO, "blisters") == [said]
    assert "Não há resposta nova" in programme.chat(OFELIA).asks(f"passar {ticket}")


def test_several_of_one_topic_and_district_leave_in_one_message(programme: World) -> None:
    tickets = [programme.open_ticket(**STOCK) for _ in range(3)]
    numbers, named = " ".join(map(str, tickets)), ", ".join(f"#{ticket}" for ticket in tickets)
    programme.chat(OFELIA).says(f"pncm {numbers}")
    programme.chat(OFELIA).says("sim")
    (alert,) = heard(programme, ABEL, "STOCK")
    assert "STOCK · Angoche · 3 pedidos" in alert
    assert all(f"#{ticket} Angoche, Aube: Produto: 12–59 meses" in alert for ticket in tickets)
    abel = programme.chat(ABEL)
    assert abel.asks("Chega amanhã") == f"É sobre que pedido? Escreva só o número: {named}."
    assert abel.asks(f"#{tickets[1]}") == f"O helpdesk recebeu a sua resposta sobre o #{tickets[1]} e vai passá-la."
    assert "«Chega amanhã»" in programme.chat(OFELIA).hears("escreve")
    assert [programme.ticket(ticket).last_word_at is not None for ticket in tickets] == [False, True, False]
    abel.says("recebido")
    assert len(heard(programme, CELESTINO, "está com Abel Fictício")) == 3


def test_drug_safety_goes_at_once_at_night_to_two_officials(programme: World) -> None:
    programme.clock.move_to(datetime(2026, 11, 25, 0, 30, tzinfo=UTC))  # half past two in Maputo
    ticket = programme.open_ticket(**REACTION)
    programme.work()
    for phone in (ABEL, ROSA):
        assert len(heard(programme, phone, "POSSÍVEL REACÇÃO · G1")) == 1
    programme.chat(ROSA).says("recebido")
    minutes(programme, 90)
    assert heard(programme, ABEL, "Lembrete") == []
    assert programme.ticket(ticket).stage == Stage.NMCP


def test_what_is_not_drug_safety_waits_for_the_morning_in_one_message(programme: World) -> None:
    programme.clock.move_to(datetime(2026, 11, 24, 22, 5, tzinfo=UTC))  # five past midnight in Maputo
    first, second = programme.open_ticket(**STOCK), programme.open_ticket(**STOCK)
    programme.chat(OFELIA).says(f"pncm {first}")
    assert "O aviso sai hoje às 06:00." in programme.chat(OFELIA).asks("sim")
    programme.chat(OFELIA).says(f"pncm {second}")
    programme.chat(OFELIA).says("sim")
    programme.clock.move_to(datetime(2026, 11, 25, 3, 59, tzinfo=UTC))
    programme.work()
    assert heard(programme, ABEL, "STOCK") == []
    minutes(programme, 2)
    (alert,) = heard(programme, ABEL, "STOCK")
    assert f"#{first} " in alert
    assert f"#{second} " in alert


def test_an_official_of_the_table_has_their_own_hours_and_deputy(world: World, tmp_path: Path) -> None:
    campaign = tmp_path / "mine.yaml"
    text = (Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml").read_text("utf-8")
    contact = """    contacts:
      - {topics: [stock], districts: [ANGOCHE], name: Rosa Fictícia, phone: "84 000 0061", function: logística,
         hours: "13:00-17:00", deputy: {name: Abel Fictício, phone: "84 000 0062"}}
"""
    campaign.write_text(text.replace("    contacts: []\n", contact), "utf-8")
    world.restart(campaign_file=campaign)
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    for phone in (OFELIA, ROSA):
        world.chat(phone).says("olá")
    ticket = world.open_ticket(**STOCK)
    assert "O aviso sai hoje às 13:00." in world.chat(OFELIA).asks(f"pncm {ticket}")
    world.chat(OFELIA).says("sim")
    world.pass_time(hours=2, minutes=59)
    with world.bridge.sessions() as session:
        (row,) = held(session)
        assert (row.officials, row.confirmed_at) == (("Rosa Fictícia",), None)
    assert heard(world, ROSA, "STOCK") == []
    world.pass_time(minutes=2)
    assert len(heard(world, ROSA, "STOCK")) == 1


def test_a_stolen_phone_is_one_ticket_for_both(programme: World) -> None:
    ticket = programme.open_ticket(
        category="security", kind="lost_device", service_code="SecurityIssues", for_nmcp=True, severity=1
    )
    programme.work()
    assert len(heard(programme, ABEL, "TELEFONES · G1")) == 1
    assert programme.ticket(ticket).stage == Stage.QUEUED
    programme.chat(OFELIA).says(f"pegar {ticket}")
    programme.chat(ABEL).says("recebido")
    assert programme.ticket(ticket).stage == Stage.HELD


def test_the_reporter_hears_daily_who_has_it(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    programme.chat(ABEL).says("ok")
    for _ in range(2):
        programme.pass_time(hours=23)
        programme.chat().says("estado")
        programme.pass_time(hours=2)
    again = heard(programme, CELESTINO, "continua com")
    assert len(again) == 2
    assert again[0].startswith(f"Pedido #{ticket}: continua com Abel Fictício, do PNCM, desde")


def test_what_nmcp_holds_is_listed_by_age(programme: World) -> None:
    first = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    programme.chat(ABEL).says("recebido")
    second = programme.open_ticket(**STOCK)
    minutes(programme, 16)
    with programme.bridge.sessions() as session:
        rows = held(session)
    assert [row.ticket.id for row in rows] == [first, second]
    assert rows[0].confirmed_by == "Abel Fictício"
    assert rows[1].confirmed_at is None
    assert rows[1].since - rows[0].since > timedelta(minutes=15)


def test_the_list_says_who_has_it_since_when_and_whether_they_confirmed(programme: World) -> None:
    confirmed, waiting = programme.open_ticket(**STOCK), programme.open_ticket(**(STOCK | {"district": "Memba"}))
    ofelia = programme.chat(OFELIA)
    for ticket in (confirmed, waiting):
        ofelia.says(f"pncm {ticket}")
        ofelia.says("sim")
    programme.chat(ABEL).says(f"recebido {confirmed}")
    listed = ofelia.asks("lista pncm").splitlines()
    assert "com Abel Fictício (PNCM) desde hoje às 10:00, confirmado" in listed[0]
    assert "com Nélia Fictícia (PNCM) desde hoje às 10:00, por confirmar" in listed[1]
    assert "desde" not in programme.chat(OFELIA).asks("lista l3")


def test_an_official_who_writes_anything_else_is_helped_and_may_report(programme: World) -> None:
    abel = programme.chat(ABEL)
    assert "RECEBIDO" in abel.asks("bom dia")
    assert "1. App ou telefone" in abel.asks("REPORTAR")
    abel.says("urgente: roubaram o telefone do armazém em Angoche, com 42 registos")
    assert programme.ticket(1).reporter_name == "Abel Fictício"
    assert "Consigo: #1." in abel.asks("bom dia")


def test_nobody_at_nmcp_means_the_lead_or_a_word_to_level_2(world: World) -> None:
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    for phone in (OFELIA, CELESTINO):
        world.chat(phone).says("pt")
    ticket = world.open_ticket(**REACTION)
    world.work()
    assert heard(world, OFELIA, "Telefone, por favor") == [
        f"O #{ticket} é para o PNCM (Possível reacção) e não há contacto conhecido. Telefone, por favor."
    ]
    world.enrol("Tito Mussa", "+258840000022", Role.L2_LEAD)
    world.chat("+258840000022").says("pt")
    assert "Tito Mussa" in world.chat(OFELIA).asks(f"pncm {ticket}")
    world.chat(OFELIA).says("sim")
    assert world.chat("+258840000022").asks("recebido").startswith("Obrigado.")


def test_several_workers_forward_remind_and_escalate_once(programme: World) -> None:
    ticket = programme.open_ticket(**STOCK)
    keepers = [programme.bridge.worker().works.timekeeper for _ in range(4)]

    def later(count: int) -> None:
        programme.clock.advance(minutes=count)
        at_once(*[keeper.run_due for keeper in keepers])
        at_once(*[keeper.run_due for keeper in keepers])
        for keeper in keepers:
            keeper.run_due()
        programme.work()

    for count in (16, 31, 31, 61):
        later(count)
    assert len(heard(programme, ABEL, "STOCK")) == 2
    assert len(heard(programme, ABEL, "Lembrete")) == 1
    assert len(heard(programme, ROSA, "substituto")) == 1
    assert len(heard(programme, OFELIA, "Telefone, por favor")) == 1
    assert history(programme, ticket) == ["to_nmcp", "nmcp_silent", "nmcp_silent", "from_nmcp"]
