"""The vocabulary of staff commands: what each is called in both languages, who may give it and what it takes.

Source: helpdesk requirements, d6. Texts for people are messages of the catalogue.
"""

from dataclasses import dataclass
from enum import Enum, StrEnum


def _N(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is used."""
    return message


class Rank(Enum):
    """Who may give a command: everybody on the staff, those who handle tickets, or those who lead."""

    ALL = 0
    AGENT = 1
    LEAD = 2


class Takes(Enum):
    """What stands behind a command's word."""

    NOTHING = "nothing"
    TICKET = "ticket"
    """A ticket; a text may follow."""
    TICKETS = "tickets"
    """One ticket or more, then a text."""
    TEXT = "text"


class Verb(StrEnum):
    """Every command by its name inside the program."""

    TAKE = "take"
    DROP = "drop"
    SHOW = "show"
    LIST = "list"
    UNDO = "undo"
    NMCP = "nmcp"
    RELAY = "relay"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Command:
    """A command: its words in Portuguese and English (the first is the one that is shown), and how it is used.

    `usage` and `effect` are messages of the catalogue: an example, and what it does in one sentence.
    """

    verb: Verb
    pt: tuple[str, ...]
    en: tuple[str, ...]
    rank: Rank
    takes: Takes
    usage: str
    effect: str

    def word(self, language: str) -> str:
        """The command's word in a language, as it is shown."""
        return (self.en if language == "en" else self.pt)[0].upper()


COMMANDS: tuple[Command, ...] = (
    Command(
        Verb.TAKE, ("pegar",), ("take",), Rank.AGENT, Takes.TICKET,
        _N("TAKE 27"), _N("The ticket is yours; its reminders stop."),
    ),
    Command(
        Verb.DROP, ("largar",), ("drop",), Rank.AGENT, Takes.TICKET,
        _N("DROP 27 note"), _N("The ticket goes back to the queue; its clock goes on."),
    ),
    Command(
        Verb.SHOW, ("ver",), ("show",), Rank.AGENT, Takes.TICKET,
        _N("SHOW 27"), _N("Summary, where it stands, history in brief and the last messages with the reporter."),
    ),
    Command(
        Verb.LIST, ("lista", "listar"), ("list",), Rank.AGENT, Takes.TEXT,
        _N("LIST · LIST Angoche · LIST mine · LIST s1 · LIST nmcp · LIST l3 · LIST late"),
        _N("Open tickets, ten at a time, oldest due first; MORE for the next ten."),
    ),
    Command(
        Verb.UNDO, ("desfazer",), ("undo",), Rank.AGENT, Takes.NOTHING,
        _N("UNDO"), _N("Takes back your last change, within a minute and as long as nobody else was told."),
    ),
    Command(
        Verb.NMCP, ("pncm",), ("nmcp",), Rank.AGENT, Takes.TICKETS,
        _N("NMCP 27 · NMCP 27 stock · NMCP 27 no"),
        _N("Shows which official of NMCP gets the ticket, and the text; YES sends it. With NO it stays here."),
    ),
    Command(
        Verb.RELAY, ("passar",), ("pass",), Rank.AGENT, Takes.TICKET,
        _N("PASS 27"), _N("Passes on to the reporter what NMCP's official wrote."),
    ),
    Command(
        Verb.HELP, ("ajuda",), ("help",), Rank.ALL, Takes.TEXT,
        _N("HELP · HELP take"), _N("All commands, or one of them."),
    ),
)  # fmt: skip
BY_VERB = {command.verb: command for command in COMMANDS}
