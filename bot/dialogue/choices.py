"""Which numbered line a text means: by its number, or by its words. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import chain

from bot.dialogue.model import Context, Dialogue, State
from classifier.text import fold

_BETWEEN_WORDS = re.compile(r"[\s,.;:!…?]+")
_NUMBER = re.compile(r"\W*(\d{1,3})\W*")
_YES = frozenset({"sim", "yes", "s", "y", "sim por favor", "yes please"})
_NO = frozenset({"nao", "no", "n"})
WORDS: Mapping[State, Mapping[str, frozenset[str]]] = {
    State.RESUMING: {
        "continue": frozenset({"continuar", "continue", "sim", "yes", "continuamos", "vamos", "s", "y"}),
        "new": frozenset({"pedido novo", "novo", "new request", "new", "novo pedido", "outro", "nao", "no", "n"}),
        "delete": frozenset({"apagar", "delete", "apaga", "apague"}),
    },
    State.SORTING: {
        "add": frozenset({"juntar", "juntar a este", "juntar ao pedido", "add", "add to this", "sim", "yes", "mesmo"}),
        "new": frozenset(
            {"novo", "problema novo", "pedido novo", "new", "new problem", "new request", "outro", "nao", "no"}
        ),
    },
    State.TRYING: {
        "solved": frozenset(
            {"ja resolvi", "resolvi", "resolveu", "ja resolveu", "sim", "sim resolveu", "sim ja resolvi", "resolvido"}
            | {
                "ja esta resolvido",
                "funcionou",
                "sim funcionou",
                "ja funciona",
                "consegui",
                "ja consegui",
                "sim consegui",
            }
            | {
                "that solved it",
                "it solved it",
                "solved",
                "yes",
                "yes it did",
                "it worked",
                "yes it worked",
                "it works",
            }
            | {"works now", "s", "y", "sim obrigado", "sim obrigada", "yes thanks", "yes thank you"}
        ),
        "unsolved": frozenset(
            {"nao resolveu", "nao", "n", "ainda nao", "nao resolvi", "nao funcionou", "nao funciona", "nao consegui"}
            | {"nao deu", "nao ajudou", "did not help", "didn't help", "no", "not yet", "it did not", "it didn't work"}
            | {"did not work", "didn't work", "it did not work", "not solved", "registar", "regista", "file", "file it"}
            | {"enviar", "envia", "envie", "send", "send it"}
        ),
    },
    State.LINKING: {
        "add": frozenset(
            {"juntar", "juntar ao pedido", "mesmo", "mesmo pedido", "e o mesmo", "add", "same", "same request"}
        )
        | _YES,
        "reopen": frozenset({"reabrir", "reabre", "reabra", "abrir de novo", "abrir", "reopen", "open again"}) | _YES,
        "new": frozenset({"novo", "problema novo", "pedido novo", "new", "new problem", "new request", "outro"}) | _NO,
    },
}
"""What may be typed instead of a line's number, by the id of the line."""


def number_in(text: str) -> int | None:
    """The number that is the whole message, or None."""
    found = _NUMBER.fullmatch(fold(text))
    return int(found[1]) if found else None


def choice_in(text: str, dialogue: Dialogue, context: Context) -> str | None:
    """The id of the numbered line that the text means: by its number or by its words."""
    number = number_in(text)
    if number is not None:
        return dialogue.choices[number - 1] if 0 < number <= len(dialogue.choices) else None
    wanted = _plain(text)
    for choice in dialogue.choices:
        if wanted and wanted in _titles(choice, dialogue.state, context):
            return choice
    return None


@lru_cache(maxsize=1024)  # the same titles, for every message that may mean one of them
def _plain(text: str) -> str:
    return _BETWEEN_WORDS.sub(" ", fold(text)).strip()


def _titles(choice: str, state: State, context: Context) -> frozenset[str]:
    if state in WORDS:
        return WORDS[state][choice]
    if state is State.CHOOSING_PLACE:
        place = context.places.get(choice)
        return frozenset({_plain(place.label), _plain(place.name)}) if place else frozenset()
    if state is State.CORRECTING:
        return frozenset(_plain(word) for word in context.campaign.impact(choice).title.values())
    rows = {row.id: row.title for row in context.campaign.menu}
    category = context.campaign.categories.get(choice)
    titles = [rows[choice]] if choice in rows else []
    titles += [category.title] if category else []
    return frozenset(map(_plain, chain.from_iterable(title.values() for title in titles)))


def category_like(text: str, context: Context) -> str | None:
    """The category whose menu row is meant: by its number, its title or some of the title's words."""
    rows = [row for row in context.campaign.menu if row.id in context.campaign.categories]
    number = number_in(text)
    if number is not None:
        return rows[number - 1].id if 0 < number <= len(rows) else None
    wanted = set(re.findall(r"\w{3,}", fold(text)))
    for row in rows:
        for title in row.title.values():
            if wanted and wanted <= set(re.findall(r"\w{3,}", fold(title))):
                return row.id
    return None
