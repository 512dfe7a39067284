"""For tests of the dialogue: a judge that goes by keywords, and a conversation in the small tree of areas."""

import re
from dataclasses import dataclass

from bot.dialogue.model import Reporter
from classifier.text import fold
from tests.journeys.player import Player
from tests.unit.nampula import code_of, gazetteer

_WORDS = {
    "technical": r"app|painel|ecra|sincroniz\w*|telefone avariado|screen|sync\w*|crash\w*",
    "user_account": r"senha|conta|utilizador|password|account",
    "data_content": r"aldeia|localidade|formulario|village",
    "security": r"roub\w+|levaram|stolen|lost",
    "performance": r"rede|megas|lent[oa]|network|slow",
    "programmatic": r"spaq|blisters?|stock|crianca|child|transporte",
    "how_to": r"como faco|how do i",
    "change_request": r"sugestao|suggestion",
    "status_query": r"novidades|any news",
    "chitchat": r"conversa|kkkk",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement by keywords."""

    label: str
    confidence: float
    ranking: tuple[tuple[str, float], ...]


def judge(text: str) -> Verdict:
    """The label whose words occur first in the table, sure; without any word nothing is sure."""
    folded = fold(text)
    hits = [label for label, words in _WORDS.items() if re.search(rf"\b(?:{words})\b", folded)]
    order = [*hits, *(label for label in _WORDS if label not in hits)]
    first = 0.95 if hits else 0.2
    ranking = tuple((label, first if at == 0 else (1 - first) / 9) for at, label in enumerate(order))
    return Verdict(order[0], first, ranking)


def talk(
    *,
    language: str = "pt",
    home: str | None = code_of("Angoche"),
    name: str = "Celestino Amade",
    phone: str | None = "+258840000001",
    gather_s: float = 0,
) -> Player:
    """A conversation of a supervisor of Angoche, judged by keywords; the privacy line was said before."""
    person = Reporter(name, "L1", language, home, phone)
    player = Player(person=person, gather_s=gather_s, judge=judge, places=gazetteer())
    player.is_first = False
    return player


def at_summary(**about: str) -> Player:
    """A conversation whose summary was just shown: the app in Aube, three phones, work stopped."""
    player = talk(**about)  # type: ignore[arg-type]
    player.says("a app nao abre em Aube")
    player.says("erro 500, 3 telefones, 42 registos, sim")
    return player
