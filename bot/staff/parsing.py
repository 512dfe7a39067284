"""Reads a staff command out of a message. Pure.

Case, accents, a leading `/` and closing punctuation do not matter; three letters are enough when they fit one command
only; a word that is nearly a command is offered, never guessed (helpdesk requirements, d6).
"""

import re
from dataclasses import dataclass
from functools import cache

from rapidfuzz import fuzz, process

from bot.staff.commands import BY_VERB, COMMANDS, Command, Takes, Verb
from classifier.text import fold

SHORTEST = 3
ALIKE = 75
"""How much a word must resemble a command, of 100, for the command to be offered."""
_MOST_WORDS = 2
"""How many words may follow a command that takes any text, where plain words are awaited."""
_NUMBER = re.compile(r"[#-]?\s?\d")
_FIRST = re.compile(r"\s*/?\s*([^\W\d_][\w+]*|\?)\s*(.*)", re.DOTALL)
_TICKET = re.compile(r"\s*(?:#\s?)?(?:(\d{1,30})(?![\d/:,.-]*\d)|(pgr-[\d-]+))(?=\s|[,;:.]|$)[\s,;:.]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Order:
    """A command as it was given: tickets by short number (or Salama's number, to be looked up) and the rest as text.

    `is_confirmed` when the person has confirmed it since.
    """

    verb: Verb
    tickets: tuple[str, ...] = ()
    text: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A message that begins with a word which is nearly a command, or with letters that several commands begin with."""

    word: str
    verbs: tuple[Verb, ...]


def parse(message: str) -> Order | Unclear | None:
    """The command that a message gives; None when it does not begin like one."""
    found = _FIRST.fullmatch(message)
    if found is None:
        return None
    word, rest = fold(found[1]), found[2]
    commands = _named(word)
    if len(commands) == 1:
        return _order(commands[0], rest)
    if commands:
        return Unclear(found[1], tuple(command.verb for command in commands))
    near = _near(word, rest)
    return Unclear(found[1], near) if near else None


def is_rather_words(message: str, read: Order | Unclear | None) -> bool:
    """Whether a message is rather plain words, where such are awaited, although it may begin like a command.

    A command is one that names its ticket or any number, stands alone, or begins with its word in capitals ("NOTA
    ligou-me").
    """
    if not isinstance(read, Order):
        return read is None or len(message.split()) > 1
    word = message.split()[0]
    if not read.text or (word.isupper() and not read.text.isupper()):
        return False
    takes = BY_VERB[read.verb].takes
    if takes is Takes.TEXT:
        return len(read.text.split()) > _MOST_WORDS and ";" not in read.text
    return not (read.tickets or _NUMBER.match(read.text))


@cache
def _words() -> dict[str, Command]:
    return {fold(word): command for command in COMMANDS for word in (*command.pt, *command.en)}


def _named(word: str) -> list[Command]:
    """The commands that a word stands for: all of it, or at least three letters of its beginning."""
    words = _words()
    if word in words:
        return [words[word]]
    if len(word) < SHORTEST:
        return []
    return list(dict.fromkeys(command for known, command in words.items() if known.startswith(word)))


def _near(word: str, rest: str) -> tuple[Verb, ...]:
    """Commands that a mistyped word resembles; only where a ticket follows or nothing does, as in a command."""
    if len(word) < SHORTEST or (rest.strip() and not _TICKET.match(rest)):
        return ()
    hits = process.extract(word, list(_words()), scorer=fuzz.ratio, score_cutoff=ALIKE, limit=3)
    return tuple(dict.fromkeys(_words()[hit[0]].verb for hit in hits))


def _order(command: Command, rest: str) -> Order:
    tickets: list[str] = []
    limit = {Takes.TICKET: 1, Takes.MAYBE_TICKET: 1, Takes.TICKETS: 50}.get(command.takes, 0)
    while len(tickets) < limit and (found := _TICKET.match(rest)):
        tickets.append((found[1] or found[2]).upper())
        rest = rest[found.end() :]
    return Order(command.verb, tuple(tickets), rest.strip())
