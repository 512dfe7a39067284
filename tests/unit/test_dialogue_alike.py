"""Whether a report is the person's own open ticket told once more."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.alike import REMEMBERED_FOR, most_alike
from bot.dialogue.draft import OwnTicket
from bot.dialogue.flow import new_draft
from bot.dialogue.model import State
from bot.dialogue.report import fill, place_of, said, with_type
from tests.journeys.player import MORNING
from tests.unit.talks import at_summary, talk

SAME = [
    ("technical", "a app nao sincroniza em Aube, 3 telefones", "continua sem sincronizar a app em Aube"),
    ("technical", "a app da Amina nao abre, ecra branco", "app da Amina ainda nao abre desde ontem"),
    ("performance", "sem rede em Aube desde ontem, 4 equipas", "ainda nao ha rede em Aube"),
    ("programmatic", "faltam blisters de spaq 12-59, restam 40", "spaq 12-59 acabou, ja nao temos blisters"),
    ("data_content", "falta aldeia Nacutoma em Aube", "a aldeia Nacutoma nao aparece em Aube"),
    ("technical", "the app does not sync, connection error", "app still not syncing, same connection error"),
    ("user_account", "a registadora Fátima esqueceu a senha", "a registadora Fátima continua sem senha, esqueceu"),
]
DIFFERENT = [
    ("technical", "a app da registadora Amina nao abre", "a app da registadora Fátima nao abre"),
    ("technical", "ecra partido do telefone 14", "ecra partido do telefone 12"),
    ("technical", "a app nao abre em Aube", "a app nao abre em Namaponda"),
    ("technical", "a app nao sincroniza, erro 500", "o painel nao mostra os graficos de ontem"),
    ("programmatic", "faltam blisters 3-11 no armazem", "faltam blisters 12-59 no armazem"),
    ("user_account", "criar utilizador novo para Carlos", "Joana esqueceu a senha"),
    ("data_content", "falta aldeia Nacutoma", "o formulario nao tem o campo idade"),
]


def ticket(category: str, text: str, **changes: object) -> OwnTicket:
    context = talk().context()
    draft = fill(with_type(new_draft(context, text), category, context), text, context)
    place = place_of(draft, context)
    own = OwnTicket(
        id=27,
        category=draft.category,
        kind=draft.kind,
        report=draft.report,
        told=said(draft),
        place="Angoche",
        place_code=place.code if place else "",
        opened_at=MORNING - timedelta(hours=3),
        is_open=True,
    )
    return replace(own, **changes)  # type: ignore[arg-type]


def found(category: str, text: str, *tickets: OwnTicket) -> OwnTicket | None:
    context = talk().context()
    draft = fill(with_type(new_draft(context, text), category, context), text, context)
    return most_alike(draft, tickets, context)


@pytest.mark.parametrize(("category", "old", "new"), SAME)
def test_the_same_matter_in_other_words_is_recognised(category: str, old: str, new: str) -> None:
    assert found(category, new, ticket(category, old)) is not None


@pytest.mark.parametrize(("category", "old", "new"), DIFFERENT)
def test_another_person_device_place_or_matter_is_news(category: str, old: str, new: str) -> None:
    assert found(category, new, ticket(category, old)) is None


def test_closed_and_old_tickets_and_other_categories_are_not_thought_of() -> None:
    text = "a app nao abre em Aube"
    assert found("technical", text, ticket("technical", text)) is not None
    assert found("technical", text, ticket("technical", text, is_open=False)) is None
    assert found("technical", text, ticket("technical", text, opened_at=MORNING - 2 * REMEMBERED_FOR)) is None
    assert found("performance", text, ticket("technical", text)) is None


def test_the_likest_of_several_is_taken() -> None:
    near, far = ticket("technical", "a app nao abre, erro 500"), ticket("technical", "a app fecha sozinha", id=28)
    assert found("technical", "app nao abre, da erro 500", far, near) == near


@given(st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_typed_can_be_compared(old: str, new: str) -> None:
    assert found("technical", new, ticket("technical", old)) in {None, ticket("technical", old)}


def test_the_own_open_ticket_is_shown_and_asked_about() -> None:
    player = at_summary()
    player.says("enviar")
    asked = player.says("a app continua sem abrir em Aube, erro 500")
    assert asked.startswith("Já tem o pedido #27 sobre isto (Angoche, Aube, hoje às 09:30)")
    assert asked.endswith("1. Juntar a este\n2. Pedido novo")
    assert player.says("sim") == "Juntei isso ao pedido #27."
    assert [(number, draft.report) for number, draft in player.added] == [
        (27, "a app continua sem abrir em Aube, erro 500")
    ]
    assert len(player.filed) == 1


def test_a_new_problem_goes_on_as_usual_and_is_not_asked_about_twice() -> None:
    player = at_summary()
    player.says("enviar")
    player.says("a app nao abre em Aube")
    assert "Falta saber" in player.says("2")
    player.says("erro 700, 1 telefone, nenhum registo, não")
    player.says("1")
    assert player.dialogue.state is State.CHOOSING_TYPE
    assert "Confirme" in player.says("1")
    player.says("enviar")
    assert len(player.filed) == 2


def test_urgent_reports_are_filed_without_that_question() -> None:
    player = at_summary()
    player.says("enviar")
    player.says("URGENTE a app nao abre em Aube")
    assert len(player.filed) == 2


def test_the_safety_line_goes_before_that_question() -> None:
    player = talk()
    player.says("uma criança vomitou depois do spaq em Aube")
    player.says("enviar")
    player.says("enviar")
    assert player.says("a criança vomitou outra vez em Aube").startswith("Primeiro a criança")
    assert player.dialogue.state is State.LINKING
