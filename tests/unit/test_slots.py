"""Facts are read out of what people type: answers, impact, the person affected."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.draft import Affected
from bot.dialogue.impact import is_bare_answer, read_impact, read_impact_answer, read_teams, says_only_impact
from bot.dialogue.loose import answers
from bot.dialogue.persons import is_own_account, is_self, parse_affected, read_affected
from bot.dialogue.slots import READERS, is_dont_know
from campaign import load_campaign
from tests.unit.nampula import code_of, gazetteer

HOME = code_of("Angoche")


def _is_place(name: str) -> bool:
    mention = gazetteer().named(name, HOME)
    return bool(mention.place or mention.candidates)


def _is_large_place(name: str) -> bool:
    mention = gazetteer().named(name, HOME)
    places = (mention.place,) if mention.place else mention.candidates
    return any(place.type in {"District", "AdministrativePost"} for place in places)


@pytest.mark.parametrize(
    ("reader", "text", "value"),
    [
        ("error", 'aparece "Salama parou" ao abrir', "Salama parou"),
        ("error", "da erro de ligaçao desde ontem, 3 telefones", "erro de ligaçao desde ontem"),
        ("error", "fica em ecrã branco", "ecrã branco"),
        ("devices", "três telefones da equipa", "tres telefones"),
        ("devices", "avariou o telefone", None),
        ("teams", "telefone 14 da equipa 2", None),
        ("teams", "4 equipas sem rede", "4 equipas"),
        ("unsynced", "42 registos na dela", "42 registos"),
        ("unsynced", "registou 40 agregados hoje", None),
        ("unsynced", "60 agregados por enviar", "60 agregados por enviar"),
        ("device_label", "telefone n. 14 não liga", "telefone n. 14"),
        ("phone", "ligue para 84 000 0007", "84 000 0007"),
        ("since", "parado desde ontem à noite", "desde ontem à noite"),
        ("since", "for two days", "for two days"),
        ("operator", "rede da Movitel", "Movitel"),
        ("age_group", "spaq 12-59 meses", "12-59 meses"),
        ("batch", "lote AB1234 vencido", "lote AB1234"),
        ("clock", "às 9h30", "às 9h30"),
        ("village_fault", "a aldeia não aparece na lista", "nao aparece"),
    ],
)
def test_a_fact_is_found_in_a_report(reader: str, text: str, value: str | None) -> None:
    assert READERS[reader](text) == value


@pytest.mark.parametrize(
    ("clause", "reader"),
    [
        ("não há reserva", "switches_on"),
        ("A-14", "device_label"),
        ("utilizador da Amina", "username"),
        ("o líder confirmou", "confirmed_by"),
        ("ninguém", "replaces"),
        ("registadora", "role"),
        ("posto de Aube", "store"),
        ("nenhum foi dado", "given"),
        ("restam 40", "quantities"),
        ("de Angoche para Aube", "route"),
        ("segunda-feira", "due"),
        ("9 horas", "clock"),
        ("Amina Saíde registadora", "affected"),
    ],
)
def test_a_clause_answers_its_question(clause: str, reader: str) -> None:
    assert answers(clause, reader)
    assert not answers("isto é outra coisa", reader)


def test_the_campaign_names_only_readers_that_exist() -> None:
    known = {
        *READERS,
        "affected",
        "role",
        "given",
        "route",
        "due",
        "store",
        "page",
        "expected",
        "replaces",
        "told",
        "impact",
    }
    kinds = [kind for category in load_campaign().categories.values() for kind in category.kinds]
    named = {name for kind in kinds for q in kind.questions if q.reader for name in q.reader.split("|")}
    assert named <= known


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("o trabalho está parado", "stopped"),
        ("equipa parada", "stopped"),
        ("n conseguimos trabalhar", "stopped"),
        ("não está parado", "hindered"),
        ("continuamos a trabalhar", "hindered"),
        ("com alguma dificuldade", "hindered"),
        ("não afecta", "none"),
        ("a app não abre", None),
        ("teams are stuck", "stopped"),
    ],
)
def test_the_impact_is_read_from_a_report(text: str, reading: str | None) -> None:
    assert read_impact(text) == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("sim", "stopped"),
        ("Sim, está", "stopped"),
        ("sim parado", "stopped"),
        ("sim, mas continuamos a trabalhar", "hindered"),
        ("não", "hindered"),
        ("mais ou menos", "hindered"),
        ("nada", "none"),
        ("3 telefones", None),
    ],
)
def test_the_impact_is_read_from_an_answer(text: str, reading: str | None) -> None:
    assert read_impact_answer(text) == reading


def test_a_bare_yes_and_a_text_that_says_only_the_impact_are_told_apart() -> None:
    assert is_bare_answer("sim.")
    assert not is_bare_answer("sim, 3 telefones")
    assert says_only_impact("sim, está parado")
    assert not says_only_impact("sim, parado desde as 8")


@pytest.mark.parametrize(
    ("text", "count"), [("4 equipas", 4), ("todas as equipas", 2), ("equipa 7", 0), ("two teams", 2)]
)
def test_teams_are_counted(text: str, count: int) -> None:
    assert read_teams(text)[0] == count


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("a registadora Amina Saíde esqueceu a senha", Affected("Amina Saíde", "registadora")),
        ("a app da Amina de Namaponda não abre", Affected("Amina")),
        ("a app da amina nao abre", Affected("Amina")),
        ("conta do João Abdala, registador, 84 000 0005", Affected("João Abdala", "registador", "+258840000005")),
        ("for the registrar Joao Abdala", Affected("Joao Abdala", "registrar")),
        ("Grace's phone is broken", Affected("Grace")),
        ("telefone do distribuidor João da Silva partiu", Affected("João da Silva", "distribuidor")),
        ("roubaram o telefone do registador", Affected(role="registador")),
        ("Para Angoche faltam blisters", None),
        ("transporte para Nacala Porto", None),
        ("a app do Lumbo não abre", None),
        ("telefone da Equipa 7 partiu", None),
        ("senha do Salama", None),
        ("Para Segunda precisamos de carro", None),
        ("PARA O REGISTADOR AMADE", None),
        ("tudo parado em Aube", None),
    ],
)
def test_the_person_affected_is_no_place_product_or_beginning_of_a_sentence(text: str, person: Affected | None) -> None:
    assert read_affected(text, _is_place, _is_large_place) == person


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Amina Saíde, registadora, 84 000 0005", Affected("Amina Saíde", "registadora", "+258840000005")),
        ("84 000 0005 monitor local Assane", Affected("Assane", "monitor local", "+258840000005")),
        ("Marta Rosário, feminino", Affected("Marta Rosário")),
        ("mim", None),
        ("sou eu mesmo", None),
    ],
)
def test_a_person_is_read_from_an_answer(text: str, person: Affected | None) -> None:
    assert parse_affected(text) == person


def test_the_reporter_may_be_the_one_affected() -> None:
    assert is_self("Myself")
    assert not is_self("Amina")
    assert is_own_account("esqueci a minha senha")
    assert not is_own_account("a senha da Amina")


@pytest.mark.parametrize("text", ["não sei", "n sei", "don't know", "não sabemos"])
def test_not_knowing_is_an_answer(text: str) -> None:
    assert is_dont_know(text)


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    for read in READERS.values():
        assert read(text) is None or isinstance(read(text), str)
    assert read_impact_answer(text) in {None, "stopped", "hindered", "none"}
    assert read_teams(text)[0] >= 0
    person = parse_affected(text)
    assert person is None or len(person.name) <= 80


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("app versao 1.4.2 nao abre", "1.4.2"),
        ("v2.10 fecha sozinha", "2.10"),
        ("the version is 1.0.3", "1.0.3"),
        ("versão da app 3.1", "3.1"),
        ("a app nao abre, erro 500", None),
        ("telefone 14, 42 registos", None),
    ],
)
def test_the_app_version_is_read_where_it_is_told(text: str, version: str | None) -> None:
    assert READERS["app_version"](text) == version
