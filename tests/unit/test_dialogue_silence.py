"""Silence inside a report: one reminder, then filing or waiting; never a word at night that can wait."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.dialogue.effects import ANSWERS, AddToTicket, Key, OpenTicket, Say
from bot.dialogue.model import Quiet, State
from tests.journeys.player import MORNING, PHRASES, Player
from tests.unit.talks import at_summary, talk

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_one_reminder_after_twenty_minutes_and_then_nothing_more_is_asked() -> None:
    player = talk(home=None)
    player.says("a app nao abre")
    assert player.waits(19 * MINUTE) == ""
    assert player.waits(MINUTE).startswith("Ainda está aí?")
    assert player.waits(48 * HOUR) == ""
    assert player.dialogue.state is State.ANSWERING


def test_writing_again_starts_the_silence_anew() -> None:
    player = talk(home=None)
    player.says("a app nao abre")
    player.waits(15 * MINUTE)
    player.says("erro 500")
    assert player.waits(15 * MINUTE) == ""
    assert player.waits(5 * MINUTE) != ""


def test_a_report_with_its_essential_parts_is_filed_after_two_hours_and_marked() -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    player.waits(20 * MINUTE)
    assert "Como não respondeu" in player.waits(100 * MINUTE)
    (draft,) = player.filed
    assert draft.is_unconfirmed
    assert player.dialogue.state is State.IDLE


@pytest.mark.parametrize("text", ["menu", "6", "bom dia", "obrigado"])
def test_nothing_is_filed_of_what_says_nothing(text: str) -> None:
    player = talk()
    player.says("menu")
    player.says(text)
    player.waits(30 * HOUR)
    assert player.filed == []


def test_a_report_of_a_type_nobody_knows_waits() -> None:
    player = talk()
    player.says("isto está mal")
    assert player.dialogue.state is State.CHOOSING_TYPE
    player.waits(30 * HOUR)
    assert player.filed == []
    assert "por acabar" in player.says("bom dia")


@pytest.mark.parametrize("text", ["roubaram o telefone do registador", "uma criança vomitou depois do spaq"])
def test_the_gravest_matters_are_filed_after_ten_minutes(text: str) -> None:
    player = talk()
    player.says(text)
    player.waits(9 * MINUTE)
    assert player.filed == []
    player.waits(MINUTE)
    assert [draft.report for draft in player.filed] == [text]


def test_urgent_without_a_word_is_filed_too() -> None:
    player = talk()
    player.says("urgente")
    player.waits(10 * MINUTE)
    assert [draft.is_urgent for draft in player.filed] == [True]


def test_what_waits_to_be_sorted_is_in_what_is_filed() -> None:
    player = at_summary()
    player.says("faltam muitos blisters de spaq no armazem")
    assert player.dialogue.state is State.SORTING
    player.waits(3 * HOUR)
    assert "faltam muitos blisters" in player.filed[0].report
    assert player.dialogue.waiting is None


def test_the_same_problem_told_again_is_added_when_nobody_answers() -> None:
    player = at_summary()
    player.says("enviar")
    player.says("a app continua sem abrir em Aube, erro 500")
    said = player.waits(3 * HOUR)
    assert "Juntei isso ao pedido #27." in said
    assert "tomei-o pelo mesmo problema" in said
    assert len(player.filed) == 1


def test_a_closed_ticket_is_never_opened_again_by_silence() -> None:
    player = at_summary()
    player.says("enviar")
    player.closed.add(27)
    player.quotes(27, "a app nao abre em Aube")
    player.waits(30 * HOUR)
    assert (player.reopened, len(player.filed), player.dialogue.state) == ([], 1, State.LINKING)


def test_who_asked_not_to_be_written_to_is_left_in_peace_until_they_write() -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    player.says("parar")
    assert player.waits(30 * HOUR) == ""
    assert player.filed == []


def test_a_pause_in_typing_is_still_a_pause_in_typing() -> None:
    player = talk(gather_s=4)
    player.says("a app nao abre")
    player.says("em Aube")
    assert "Falta saber" in player.waits(timedelta(seconds=4))


def test_a_wake_up_that_comes_too_early_says_nothing_and_is_put_again() -> None:
    player = talk()
    player.says("a app nao abre em Aube")
    due = player.due
    player.now += MINUTE
    assert player.pauses() == ""
    assert player.due == due


@pytest.mark.parametrize(("hour", "minute"), [(23, 45), (0, 30), (5, 50)])
def test_at_night_the_morning_is_waited_for(hour: int, minute: int) -> None:
    player = talk()
    player.now = _local(hour, minute)
    player.says("a app nao abre em Aube")
    player.waits(_local(6, 0) + (24 * HOUR if hour == 23 else timedelta(0)) - player.now - MINUTE)
    assert (player.filed, player.replies[0][:9]) == ([], "App ou te")
    player.waits(3 * HOUR)
    assert len(player.filed) == 1


def _local(hour: int, minute: int) -> datetime:
    return MORNING.astimezone(PHRASES.zone).replace(hour=hour, minute=minute)


_MESSAGES = """
    a app nao abre em Aube|sem rede|roubaram o telefone|urgente|sim|ok|menu|1|42|não sei|isto está mal|enviar|pessoa|
    faltam muitos blisters de spaq aqui|parar|cancelar|voltar
"""
messages = st.sampled_from([each.strip() for each in _MESSAGES.split("|")])
lengths = st.sampled_from([2 * MINUTE, 11 * MINUTE, 25 * MINUTE, 130 * MINUTE, 9 * HOUR])


@given(
    st.sampled_from(["np-angoche", None]),
    st.integers(0, 23),
    st.sampled_from([0.0, 4.0]),
    st.lists(st.tuples(messages, lengths), max_size=7),
)
@settings(max_examples=150, deadline=None)
def test_between_two_messages_at_most_one_reminder_and_one_filing(
    home: str | None, hour: int, gather_s: float, talks: list[tuple[str, timedelta]]
) -> None:
    player = talk(home=home, gather_s=gather_s)
    player.now = _local(hour, 10)
    for text, length in talks:
        player.says(text)
        player.waits(timedelta(seconds=gather_s))
        spoken = _silent(player, length)
        reminders = [at for at, key in spoken if key in {Key.REMIND, Key.REMIND_TO_SEND}]
        filings = [at for at, key in spoken if key is None]
        assert len(reminders) <= 1
        assert len(filings) <= 1
        assert len(spoken) == len(reminders) + len(filings)
        assert all(at.astimezone(PHRASES.zone).hour >= 6 for at in reminders)
        assert not (reminders and filings) or reminders[0] < filings[0]


def _silent(player: Player, length: timedelta) -> list[tuple[datetime, Key | None]]:
    """What is said in a silence and when; no key stands for a ticket."""
    end, spoken = player.now + length, []
    while player.due is not None and player.due <= end:
        player.now = max(player.now, player.due)
        player._turn(Quiet())
        for effect in player.effects:
            if isinstance(effect, ANSWERS):
                assert isinstance(effect, Say | OpenTicket | AddToTicket)
                spoken.append((player.now, effect.key if isinstance(effect, Say) else None))
    player.now = end
    return spoken
