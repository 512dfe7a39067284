"""How grave a report is, and why: by impact, teams and urgency, and by what the matter is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.draft import Draft
from bot.dialogue.impact import read_teams
from bot.dialogue.severity import severity_of
from tests.journeys.player import CAMPAIGN, MORNING
from tests.unit.talks import talk

KINDS = [(category.id, kind.id) for category in CAMPAIGN.categories.values() for kind in category.kinds]
APP = Draft("draft1", MORNING, category="technical", kind="app")


def judged(**changes: object) -> tuple[int, str, str]:
    severity = severity_of(replace(APP, **changes), talk().context())  # type: ignore[arg-type]
    return severity.level, severity.reason.get("pt", ""), severity.reason.get("en", "")


@pytest.mark.parametrize(
    ("impact", "report", "expected"),
    [
        ("stopped", "3 equipas", (1, "3 equipas paradas", "3 teams stopped")),
        ("stopped", "todas as equipas", (1, "várias equipas paradas", "several teams stopped")),
        ("stopped", "uma equipa", (2, "Trabalho parado", "Work stopped")),
        ("stopped", "", (2, "Trabalho parado", "Work stopped")),
        ("hindered", "duas equipas", (2, "2 equipas com dificuldade", "2 teams with difficulty")),
        ("hindered", "", (3, "Com dificuldade", "With difficulty")),
        ("none", "5 equipas", (4, "Não afecta", "No effect")),
        ("", "4 equipas", (2, "4 equipas afectadas", "4 teams affected")),
        ("", "", (3, "", "")),
    ],
)
def test_impact_and_teams_decide_with_their_reason(impact: str, report: str, expected: tuple[int, str, str]) -> None:
    assert judged(impact=impact, report=report) == expected


def test_urgency_goes_before_everything() -> None:
    assert judged(is_urgent=True, impact="none") == (1, "urgente", "urgent")
    assert judged(is_urgent=True, category="how_to", kind="question") == (1, "urgente", "urgent")


def test_what_the_matter_is_by_itself_counts_when_it_is_graver() -> None:
    stock = {"category": "programmatic", "kind": "stock"}
    assert judged(**stock, impact="hindered") == (2, "falta de medicamento", "shortage of medicine")
    assert judged(**stock, impact="stopped", report="3 equipas")[:2] == (1, "3 equipas paradas")
    assert judged(category="security", kind="lost_device", impact="none")[0] == 1


def test_a_question_or_a_wish_is_never_graver() -> None:
    assert judged(category="how_to", kind="question", impact="stopped", report="3 equipas")[:2] == (4, "dúvida")
    assert judged(category="suggestion", kind="idea", impact="stopped")[:2] == (4, "sugestão")


def test_the_number_of_teams_may_stand_alone_in_its_answer() -> None:
    network = {"category": "performance", "kind": "network", "impact": "stopped"}
    assert judged(**network, answers=(("teams", "4"),))[:2] == (1, "4 equipas paradas")
    assert judged(**network, answers=(("teams", "cerca de 12"),))[:2] == (1, "12 equipas paradas")
    assert judged(**network, answers=(("teams", "não sei"),))[0] == 2


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("as equipas estão paradas", "", (2, False)),
        ("4 outras equipas", "", (4, True)),
        ("two teams", "", (2, True)),
        ("a equipa 4", "", (0, True)),
        ("", "três", (3, True)),
        ("nada", "nenhuma", (0, True)),
    ],
)
def test_teams_are_counted(text: str, answer: str, expected: tuple[int, bool]) -> None:
    assert read_teams(text, answer) == expected


@given(
    st.sampled_from(KINDS),
    st.sampled_from(["", "stopped", "hindered", "none"]),
    st.booleans(),
    st.text(alphabet="0123456789 equipas teams várias", max_size=30),
)
def test_every_report_has_a_severity_and_no_open_place_in_its_reason(
    kind: tuple[str, str], impact: str, is_urgent: bool, report: str
) -> None:
    level, *words = judged(category=kind[0], kind=kind[1], impact=impact, is_urgent=is_urgent, report=report)
    assert 1 <= level <= 4
    assert not any("{" in each for each in words)


def test_the_summary_shows_the_reason_with_the_impact() -> None:
    player = talk()
    player.says("a app nao abre em Aube, erro 500, 3 telefones, 2 registos, 3 equipas paradas")
    assert "5) Impacto: 3 equipas paradas" in player.replies[-1]
    player = talk()
    player.says("roubaram o telefone")
    assert "5) Impacto: segurança dos dados" in player.says("ontem em Aube, utilizador MZ-12, 3 registos")
