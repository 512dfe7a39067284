"""A campaign day from before the opening until after midnight, with each of Salama's workflows: what was heard."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.acts import ActState, acts_of
from store.tickets import Stage
from tests.databases import CELESTINO, JOAN
from tests.journeys.campaign_day import as_markdown, play
from tests.journeys.campaign_stage import CELIA, ERNESTO, ROSA, Day, campaign_day

PAGE = Path(__file__).parents[2] / "docs" / "campaign-day.md"
RESOLVED = {1, 2, 3, 4, 5, 6, 7}


@pytest.fixture(scope="module")
def hcm() -> Iterator[Day]:
    """The day as it was, with HCM's workflow."""
    with campaign_day() as day:
        play(day)
        yield day


@pytest.fixture(scope="module")
def municipal() -> Iterator[Day]:
    """The same day with the municipal workflow."""
    with campaign_day("municipal") as day:
        play(day)
        yield day


@pytest.fixture(params=["hcm", "municipal"])
def day(request: pytest.FixtureRequest) -> Day:
    """The day with each workflow."""
    found: Day = request.getfixturevalue(request.param)
    return found


def acts(day: Day, ticket: int) -> list[tuple[str, str]]:
    """What was asked of Salama for a ticket, and what became of it."""
    with day.world.bridge.sessions() as session:
        return [(act.verb, act.state) for act in acts_of(session, ticket)]


def test_a_night_report_is_told_the_opening_and_announced_at_it(day: Day) -> None:
    night = day.heard(CELESTINO, "Pedido #1 registado")[0]
    assert "abre hoje às 06:00 e responde até hoje às 06:30" in night
    times = [f"{at:%H:%M}" for at, _, to, text in day.transcript() if to.startswith("Célia") and "G2 · #1 ·" in text]
    assert times == ["04:00"], "06:00 in Maputo, once"


def test_a_question_stops_at_the_reporter_and_its_answer_comes_back(day: Day) -> None:
    assert day.heard(CELESTINO, "Célia Mabunda pergunta: «que versão da app mostram os telefones?»")
    assert day.heard(CELIA, "#1, Celestino Amade respondeu: «versão 1.4.2»")


def test_not_yet_goes_on_as_a_linked_ticket_that_is_solved_and_rated(day: Day) -> None:
    assert day.heard(CELESTINO, "Pedido #1 resolvido: Ligaram os telefones")
    assert day.heard(CELESTINO, "O problema voltou ao helpdesk como pedido #2")
    assert day.heard(CELIA, "Voltou à fila como #2")
    assert day.history(1)[-2:] == ["not_solved", "reopened"]
    assert day.world.ticket(2).rating == 5


def test_nmcp_acknowledges_and_its_answer_reaches_the_reporter_in_english(day: Day) -> None:
    assert "Resta: 40" in day.heard(ROSA, "pedido #3 · STOCK · G2")[0]
    assert day.heard(JOAN, "Request #3: with Rosa Fictícia, NMCP, who may call you.")
    assert day.heard(JOAN, "Request #3: Rosa Fictícia, NMCP, answers: «Saem hoje às 14:00")


def test_a_stolen_phone_is_security_and_nmcps_at_once(day: Day) -> None:
    assert day.heard(CELIA, "O #4 foi para o PNCM automaticamente: Rosa Fictícia.")
    announced = day.heard(CELIA, "G1 · #4 · Segurança")[0]
    assert "Provável PNCM" not in announced, "it is with NMCP already"
    assert day.heard(ROSA, "pedido #4 · TELEFONES · G1")
    assert day.world.ticket(4).evidence["revoked_at"] == "24/11 09:32 (SM-angoche-12)"


def test_level_three_is_written_to_and_its_answer_comes_back(day: Day) -> None:
    assert [mail["To"] for mail in day.office.arrived] == ["ravi@engineers.example.com"]
    assert "release freeze until 30 Nov 2026" in str(day.office.arrived[0].get_body())
    assert day.heard(CELIA, "#5 · nível 3, Ravi Kumar:\nThe login service was restarted.")
    assert day.house.unseen() == 0
    assert "level3_answered" in day.history(5)


def test_an_unclaimed_ticket_climbs_and_its_reporter_hears_the_new_time(day: Day) -> None:
    assert day.heard(ERNESTO, "#6 · Rede, megas ou lentidão · Angoche, Aube\nNinguém o pegou desde hoje às 12:40.")
    assert day.heard(CELESTINO, "Pedido #6: está a demorar mais do que prometemos. Nova hora: hoje às 13:40.")
    waits = day.heard(ERNESTO, "quem reportou espera por notícias desde hoje às 13:30")
    assert len(waits) == 1, "the lead who has it himself is told once"


def test_the_change_of_shift_hands_over(day: Day) -> None:
    assert "Passam para si: 7" in day.heard(ERNESTO, "Turno 06–15 → 15–24")[0]
    assert day.world.ticket(7).claimed_at is not None
    calls = day.heard(ERNESTO, "Depois da chamada")[0]
    assert "Ligar para: 84 000 0044\n" in calls


def test_a_rejected_one_is_told_once_with_the_reason(day: Day) -> None:
    assert len(day.heard(JOAN, "Request #8 closed: already solved")) == 1


def test_closing_hour_brings_the_digest_and_the_night_is_quiet(day: Day) -> None:
    digest = day.heard(ERNESTO, "Dia 24/11: recebidos 8 (0 por telefone), resolvidos 7, rejeitados 1")[0]
    assert "Abertos 0" in digest
    after = [(to, text) for at, _, to, text in day.transcript() if at.isoformat() >= "2026-11-24T22:00" and to]
    assert {to for to, _ in after} <= {"Helpdesk", "Celestino Amade (supervisor)"}, "nobody of the staff is woken"
    assert day.heard(CELESTINO, "Pedido #9 registado")


def test_every_ticket_ends_in_salama_with_hcms_workflow(hcm: Day) -> None:
    assert {each: hcm.status(each) for each in range(1, 9)} == dict.fromkeys(RESOLVED, "RESOLVED") | {8: "REJECTED"}
    assert {hcm.world.ticket(each).stage for each in range(1, 9)} == {Stage.CLOSED}
    assert hcm.world.ticket(9).stage == Stage.QUEUED


def test_with_the_municipal_workflow_the_bridge_says_what_an_account_may_not_do(municipal: Day) -> None:
    """Only accounts with PGR_LME resolve there; Célia's has none, so her resolutions are kept here, and she is told."""
    ended = {3: "RESOLVED", 6: "RESOLVED", 7: "RESOLVED", 8: "REJECTED"}
    assert {each: municipal.status(each) for each in ended} == ended
    for each in (1, 2, 4, 5):
        assert acts(municipal, each)[-1] == ("resolve", ActState.KEPT)
        assert municipal.heard(CELIA, f"#{each}: a nossa conta não pode fazer isto no Salama; fica guardado só aqui.")
    assert {municipal.world.ticket(each).stage for each in range(1, 9)} == {Stage.CLOSED}


def test_no_message_shows_what_belongs_to_machines(day: Day) -> None:
    for _, who, _, text in day.transcript():
        assert not re.search(r"\{\w*\}|\bNone\b|<[a-z]+>", text), (who, text)


def test_the_page_in_the_documentation_is_this_day(hcm: Day) -> None:
    """Written anew by `python -m tests.journeys.campaign_day > docs/campaign-day.md`."""
    assert PAGE.read_text("utf-8") == as_markdown(hcm)
