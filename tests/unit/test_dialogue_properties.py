"""Whatever people send, in whatever order: one answer, a legal state, complete words, and nothing typed is lost."""

import json
import re
from dataclasses import asdict
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue import dump, load
from bot.dialogue.effects import ANSWERS, Key, Say, Wait
from bot.dialogue.model import Attached, CardRead, Dialogue, Event, OwnTicket, Quiet, Received, State
from bot.messages import BUTTON_TITLE, INTERACTIVE_BODY, TEXT, units
from tests.journeys.player import MORNING, PHRASES, Player
from tests.unit.talks import talk

# The longest answers, in characters. The menu stands in the greeting too; the summary shows up to 300 characters of the
# report and 120 of each answer; a question put again shows what was answered; a note adds at most the safety line.
SHORT, NOTES = 400, 260
LONG = {Key.GREETING: 560, Key.MENU: 560, Key.HELP: 400, Key.SUMMARY: TEXT, Key.ASK: 760, Key.OFFER_PLACES: 700}
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")

_WORDS = """
    menu voltar cancelar ajuda estado pt en pessoa urgente parar continuar enviar sim não corrigir ok obrigado ola 1 2 3
    4 5 7 12 99 resolvi solved registar
    apagar novo juntar nao-sei Aube Memba Rapale Nacala #27 back cancel help send yes
"""
words = st.sampled_from(_WORDS.split())
reports = st.sampled_from(
    [
        "a app nao abre em Aube, 3 telefones",
        "esqueci a senha da registadora Amina Saíde, 84 000 0005",
        "falta aldeia Nacutoma em Namaponda",
        "roubaram o telefone do registador ontem",
        "sem rede em Chipene, 4 equipas",
        "faltam blisters de spaq, restam 12",
        "uma criança vomitou depois do spaq",
        "como faço para sincronizar?",
        "sugestao: botões maiores",
        "conversa fiada",
        "há novidades?",
        "isto está mal",
        "3 telefones afectados",
        "2 Aube",
        "5 com dificuldade",
        "4 a app fecha sozinha",
        "1",
        "3 Amina, registadora",
        "1) erro 500 2) três 3) não sei 4) sim",
        "erro 500\n3 telefones\n42\nsim",
        "{greeting} 100% %s {0} \\n",
        "não sei",
        "não resolveu",
        "quando pagam o subsidio?",
        "como faço para mudar a língua?",
        "I can't sync, two phones in Memba",
    ]
)
texts = st.one_of(words, reports, st.text(max_size=60), st.text(alphabet="0123456789 .,;)(:-\n", max_size=12))
files = st.lists(
    st.builds(
        Attached, st.integers(1, 20), st.sampled_from(["image/jpeg", "audio/ogg", "application/pdf", "text/vcard"])
    ),
    max_size=2,
).map(tuple)
_PAYLOADS = """
    v1::technical v1::status v1::person v1::gone v1:draft1:send v1:draft1:cancel v1:draft1:continue v1:draft2:new
    v1:draft1:add v1:draft1:reopen v1:draft2:reopen v1:draft1:new
    v1:draft1:solved v1:draft1:unsolved v1:draft1:stopped x v1:draft9:send
"""
payloads = st.one_of(st.just(""), st.just(""), st.sampled_from(_PAYLOADS.split()))
own_tickets = st.builds(
    OwnTicket,
    st.sampled_from([27, 28]),
    st.sampled_from(["technical", "gone"]),
    st.sampled_from(["app", "gone"]),
    st.sampled_from(["a app nao abre", "", "x" * 900]),
    st.sampled_from(["a app nao abre", ""]),
    st.sampled_from(["Angoche, Aube", ""]),
    st.sampled_from(["np-angoche", "np-gone"]),
    st.just(MORNING),
    st.booleans(),
)
messages = st.builds(
    Received,
    texts,
    payload=payloads,
    files=files,
    latitude=st.sampled_from([None, None, -16.2]),
    longitude=st.none(),
    quoted=st.one_of(st.none(), st.none(), own_tickets),
    is_forwarded=st.sampled_from([False, False, False, True]),
)
cards = st.builds(
    CardRead, st.integers(1, 20), st.sampled_from(["Amina Saíde", ""]), st.sampled_from(["+258840000044", ""])
)
pauses = st.sampled_from([timedelta(minutes=40), timedelta(hours=3)])
events = st.lists(st.one_of(messages, messages, messages, pauses, st.just(Quiet()), cards), max_size=14)
people = st.builds(
    talk,
    language=st.sampled_from(["pt", "en", ""]),
    home=st.sampled_from(["np-angoche", None, "np-gone"]),
    name=st.sampled_from(["Celestino Amade", "", "X"]),
    phone=st.sampled_from(["+258840000001", None]),
    gather_s=st.sampled_from([0.0, 4.0]),
)


def _happens(player: Player, event: Event | timedelta) -> None:
    if isinstance(event, timedelta):
        player.waits(event)
    elif isinstance(event, Quiet):
        player.pauses()
    elif isinstance(event, CardRead):
        player.reads_card(event)
    else:
        player.receives(event)


@given(people, events)
@settings(max_examples=120, deadline=None)
def test_every_message_gets_exactly_one_answer_and_leaves_a_legal_state(
    player: Player, happenings: list[Event | timedelta]
) -> None:
    for event in happenings:
        was_gathering = bool(player.dialogue.gathered)
        _happens(player, event)
        if isinstance(event, timedelta):
            continue
        answers = [each for each in player.effects if isinstance(each, ANSWERS)]
        waits = [each for each in player.effects if isinstance(each, Wait)]
        if isinstance(event, Quiet | CardRead):
            assert len(answers) <= 1
            assert answers or not was_gathering or isinstance(event, CardRead)
        else:
            assert len(answers) == 1 or (not answers and player.dialogue.gathered)
        assert len(waits) == 1 or (not waits and not player.dialogue.gathered)
        _is_legal(player.dialogue)


def _is_legal(dialogue: Dialogue) -> None:
    assert (dialogue.draft is None) == (dialogue.state in {State.IDLE, State.MENU})
    assert dialogue.state is not State.LINKING or (dialogue.draft is not None and dialogue.draft.about is not None)
    assert (dialogue.state in {State.RESUMING, State.SORTING}) <= bool(dialogue.back)
    assert dialogue.waiting is None or dialogue.state in {State.RESUMING, State.SORTING}
    assert len(dialogue.back) <= 13
    assert len(dialogue.aside) <= 5
    assert load(json.loads(json.dumps(dump(dialogue)))) == dialogue


@given(people, events)
@settings(max_examples=120, deadline=None)
def test_every_answer_has_complete_words_of_bounded_length_in_both_languages(
    player: Player, happenings: list[Event | timedelta]
) -> None:
    for event in happenings:
        _happens(player, event)
        for effect in () if isinstance(event, timedelta) else player.effects:
            if isinstance(effect, Say):
                _is_well_said(effect, player)


def _is_well_said(say: Say, player: Player) -> None:
    for language in ("pt", "en"):
        message = PHRASES.say(say, player.context(), language)
        assert message.text.strip()
        assert units(message.text) <= min(TEXT, LONG.get(say.key, SHORT) + (NOTES if say.notes else 0))
        assert set(_PLACEHOLDER.findall(message.text)) <= {"{greeting}"}
        assert all(len(button.title) <= BUTTON_TITLE for button in message.buttons) or message.control == "menu"
        if message.buttons:
            assert units(message.text) <= INTERACTIVE_BODY or message.control == "review"
        lines = message.text.split("\n")
        for number, _ in enumerate(say.options, 1):
            assert any(line.startswith(f"{number}. ") for line in lines)
        for number, _ in enumerate(say.questions, 1):
            assert any(re.fullmatch(rf"{number}\) .*\?(?: \(«.*»\))?", line) for line in lines)
        if say.key is Key.SUMMARY:
            assert all(any(re.match(rf"{number}\) [^:]+: .", line) for line in lines) for number in range(1, 6))


problems = st.sampled_from(
    [
        "a app nao abre",
        "sem rede",
        "esqueci a senha",
        "falta aldeia",
        "roubaram o telefone",
        "faltam blisters",
        "parado",
    ]
)
kept = st.one_of(
    problems,
    problems,
    st.sampled_from(["ok", "ajuda", "estado", "sim", "não", "enviar", "menu", "continuar", "urgente", "pessoa", "en"]),
    st.sampled_from(["1", "2", "3", "novo", "bom dia", "corrigir"]),
    pauses,
)


@given(st.sampled_from([0.0, 4.0]), st.lists(kept, max_size=10))
@settings(max_examples=150, deadline=None)
def test_nothing_that_was_typed_about_a_problem_is_lost(gather_s: float, moves: list[str | timedelta]) -> None:
    player = talk(gather_s=gather_s)
    typed = []
    for number, move in enumerate(moves):
        if isinstance(move, timedelta):
            player.waits(move)
        elif " " in move and move != "bom dia":
            typed.append(f"marca{number}x")
            player.says(f"{move} {typed[-1]}")
        else:
            player.says(move)
    player.pauses()
    sent = [*player.filed, *(draft for _, draft in (*player.added, *player.reopened))]
    held = json.dumps([*(asdict(draft) for draft in sent), dump(player.dialogue)], default=str)
    assert [mark for mark in typed if mark not in held] == []


@given(st.lists(st.one_of(st.text(max_size=40), words, reports), max_size=4))
@settings(max_examples=150, deadline=None)
def test_a_filed_report_holds_every_answer_that_was_typed(answers: list[str]) -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    marks = [f"marca{at}x" for at, _ in enumerate(answers)]
    spoken = [f"{mark} {' '.join(answer.split())}" for mark, answer in zip(marks, answers, strict=True)]
    for text in spoken:
        player.says(text)
        player.says("juntar") if player.dialogue.state is State.SORTING else None
    player.says("enviar")
    player.says("enviar")
    draft = player.filed[0]
    held = " ".join([draft.report, draft.place_typed, *(answer for _, answer in draft.answers)])
    assert all(mark in held for mark in marks)


@given(st.one_of(st.none(), st.integers(), st.text(), st.dictionaries(st.text(), st.one_of(st.text(), st.integers()))))
def test_whatever_was_stored_can_be_loaded(data: object) -> None:
    assert isinstance(load(data), Dialogue)
