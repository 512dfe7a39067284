"""A changed campaign file is in force without a restart; one with a fault changes nothing, and leads hear it once."""

import os
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from assembly import Bridge
from settings import Settings
from store.people import Role
from tests.clocks import MovableClock
from tests.databases import MOMADE, ONLY_SQLITE
from tests.world import Chat, World

LEAD, ERNESTO = "+258840000031", "+258840000032"
SHIPPED = (Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml").read_text("utf-8")
ASKED = 'ask: {pt: "Que erro aparece e em que ecrã?"'
ASKED_ANEW = 'ask: {pt: "Que mensagem vermelha aparece?"'
_times = count(2_000_000_000)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The campaign's file of this test, a copy of the shipped one."""
    path = tmp_path / "campaign.yaml"
    path.write_text(SHIPPED, "utf-8")
    return path


@pytest.fixture
def settings(settings: Settings, file: Path) -> Settings:
    """The usual settings with the campaign's file."""
    return replace(settings, campaign_file=file)


def put(file: Path, text: str) -> None:
    """Write the file with a time of its own, as the next minute would."""
    file.write_text(text, "utf-8")
    moment = next(_times)
    os.utime(file, (moment, moment))


def looks(bridge: Bridge) -> list[bool]:
    """Two looks: at the first the file may still be being written."""
    return [bridge.renewal.look(), bridge.renewal.look()]


def test_the_next_turn_asks_by_the_new_file_and_the_conversation_goes_on(world: World, file: Path) -> None:
    chat = world.chat()
    assert "Que erro aparece" in chat.asks("a app fecha sozinha em Aube")
    put(file, SHIPPED.replace(ASKED, ASKED_ANEW))
    assert looks(world.bridge) == [False, True]
    assert "Que mensagem vermelha aparece?" in world.chat(MOMADE).asks("a app fecha sozinha em Aube")
    assert "1) Tipo: App ou telefone" in chat.asks("erro 500, 3 telefones, 20 registos, trabalho parado")
    assert "Pedido #1 registado" in chat.asks("enviar")


def test_a_kind_that_is_gone_leaves_an_open_conversation_alive(world: World, file: Path) -> None:
    chat = world.chat()
    assert "Que página do painel" in chat.asks("o painel do distrito não mostra os dados de ontem")
    gone = SHIPPED.replace("      dashboard:\n", "      board:\n")
    put(file, gone)
    assert looks(world.bridge)[1]
    chat.says("página de cobertura, esperava ver 400 crianças, trabalho parado")
    chat.says("enviar")
    world.pass_time(hours=3)
    assert world.ticket(1).category == "technical"
    assert "cobertura" in f"{world.ticket(1).report} {world.ticket(1).details}", "what was answered is kept"


def test_a_file_with_faults_changes_nothing_and_the_lead_hears_it_once(world: World, file: Path) -> None:
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    world.enrol("Ernesto Nhantumbo", ERNESTO, Role.L2)
    lead, other = Chat(world, LEAD), Chat(world, ERNESTO)
    lead.asks("ajuda")
    other.asks("ajuda")
    second = Bridge(world.settings, world.clock)
    second.renewal.look()
    broken = (
        SHIPPED.replace(ASKED, ASKED_ANEW).replace("owner: l2", "owner: l9").replace("lead_days: 3", "lead_days: x")
    )
    try:
        put(file, broken)
        for bridge in (world.bridge, second, world.bridge):
            assert looks(bridge) == [False, False]
        assert "Que erro aparece" in world.chat().asks("a app fecha sozinha em Aube")
        world.work()
        (told,) = lead.unheard()
        assert told.startswith("O novo ficheiro da campanha tem ")
        assert "o antigo. O primeiro: campaign.yaml, line" in told
        assert other.unheard() == []

        put(file, SHIPPED.replace(ASKED, ASKED_ANEW))
        for bridge in (world.bridge, second):
            assert looks(bridge) == [False, True]
        world.work()
        assert lead.unheard()[1:] == ["O novo ficheiro da campanha está em vigor: campaign.yaml."]
        assert "mensagem vermelha" in second.phrases.campaign.categories["technical"].kinds[-1].questions[0].ask["pt"]
    finally:
        second.close()


def test_a_restart_with_the_mended_file_says_so_too(world: World, file: Path) -> None:
    world.enrol("Tito Mussa", LEAD, Role.L2_LEAD)
    lead = Chat(world, LEAD)
    lead.asks("ajuda")
    put(file, SHIPPED + "menu: 3\n")
    looks(world.bridge)
    put(file, SHIPPED)
    world.restart()
    world.work()
    assert [text for text in lead.unheard() if "está em vigor" in text] == [
        "O novo ficheiro da campanha está em vigor: campaign.yaml."
    ]


def test_hours_windows_and_targets_follow_the_file(world: World, file: Path) -> None:
    number = world.open_ticket()
    due = world.ticket(number).due_at
    text = SHIPPED.replace("3: {claim: 120,", "3: {claim: 30,").replace(
        "    cycles: []", f"    cycles: [{{start: {world.clock().date()}, end: {world.clock().date()}}}]"
    )
    put(file, text.replace("helpdesk:\n", 'helpdesk:\n  hours: "07:00-20:00"\n', 1))
    assert looks(world.bridge)[1]
    bridge = world.bridge
    assert (bridge.calendar.hours.open_minute, bridge.calendar.hours.close_minute) == (420, 1200)
    assert len(bridge.calendar.spans) == 1
    renewed = world.ticket(number).due_at
    assert due is not None
    assert renewed is not None
    assert renewed < due, "a ticket that waits has its new deadline at once"


@ONLY_SQLITE
def test_a_web_process_looks_in_passing_without_a_worker(world: World, file: Path) -> None:
    put(file, SHIPPED.replace(ASKED, ASKED_ANEW))
    world.bridge.renewal._watch._every_s = 0.0
    chat = world.chat()

    def has_changed() -> bool:
        chat.says("menu")
        return "mensagem vermelha" in str(world.bridge.campaign.categories["technical"])

    assert world.eventually(has_changed, within_s=60)


def test_the_codes_of_the_file_go_before_those_of_the_settings(
    settings: Settings, file: Path, clock: MovableClock
) -> None:
    file.write_text(SHIPPED + "service_codes: {programmatic: TechnicalIssues}\n", "utf-8")
    bridge = Bridge(settings, clock)
    assert bridge.service_codes["programmatic"] == "TechnicalIssues"
    assert bridge.service_codes["security"] == "SecurityIssues"
    bridge.close()
