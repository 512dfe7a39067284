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
    MAYBE_TICKET = "maybe_ticket"
    """A ticket, which may be missing; a text may follow."""
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
    REPLY = "reply"
    ASK = "ask"
    NOTE = "note"
    CANNED = "canned"
    CALL = "call"
    CATEGORISE = "categorise"
    GRADE = "grade"
    REVOKE = "revoke"
    WORKAROUND = "workaround"
    ASSIGN = "assign"
    RESOLVE = "resolve"
    REJECT = "reject"
    REOPEN = "reopen"
    NEW = "new"
    ALLOW = "allow"
    DENY = "deny"
    LEVEL3 = "level3"
    FAQ = "faq"
    FAQ_DRAFT = "faq_draft"
    FAQ_PUBLISH = "faq_publish"
    EXTERNAL = "external"
    POSTPONE = "postpone"
    WISH = "wish"
    STATS = "stats"
    NMCP = "nmcp"
    RELAY = "relay"
    SHIFT = "shift"
    IN = "in"
    OUT = "out"
    SWAP = "swap"
    CONFIRM = "confirm"
    CANNOT = "cannot"
    INCIDENT = "incident"
    MERGE = "merge"
    BROADCAST = "broadcast"
    ENROL = "enrol"
    REFUSE = "refuse"
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
        Verb.REPLY, ("resp", "responder"), ("reply",), Rank.AGENT, Takes.TICKET,
        _N("REPLY 27 text"), _N("The text goes to the reporter; after it plain words go to and fro."),
    ),
    Command(
        Verb.ASK, ("perg", "perguntar"), ("ask",), Rank.AGENT, Takes.TICKET,
        _N("ASK 27 text"), _N("A question to the reporter; the clock stops until the answer, which comes to you."),
    ),
    Command(
        Verb.NOTE, ("nota",), ("note",), Rank.AGENT, Takes.TICKET,
        _N("NOTE 27 text"), _N("A note for the helpdesk; it is never sent out."),
    ),
    Command(
        Verb.CALL, ("ligar",), ("call",), Rank.AGENT, Takes.TICKET,
        _N("CALL 27"), _N("The numbers to call; what you then write about it becomes a note."),
    ),
    Command(
        Verb.CANNED, ("modelo",), ("canned",), Rank.AGENT, Takes.MAYBE_TICKET,
        _N("CANNED 27 name · CANNED 27 · CANNED"),
        _N("An approved answer in the reporter's language; without a name, which there are."),
    ),
    Command(
        Verb.CATEGORISE, ("cat", "categoria"), ("cat", "category"), Rank.AGENT, Takes.TICKET,
        _N("CAT 27 account"), _N("Another type; Salama hears it with the next step."),
    ),
    Command(
        Verb.GRADE, ("grav", "gravidade"), ("sev", "severity"), Rank.AGENT, Takes.TICKET,
        _N("SEV 27 1"), _N("Severity 1 (worst) to 4; the deadlines follow."),
    ),
    Command(
        Verb.REVOKE, ("bloq", "bloquear"), ("revoke",), Rank.AGENT, Takes.TICKET,
        _N("REVOKE 27 username"), _N("Notes that you disabled the account just now; Security needs it before closing."),
    ),
    Command(
        Verb.WORKAROUND, ("contorno",), ("workaround",), Rank.AGENT, Takes.TICKET,
        _N("WORKAROUND 27 text"), _N("Work goes on thanks to this; the reporter is told, the first clock stops."),
    ),
    Command(
        Verb.ASSIGN, ("atrib", "atribuir"), ("assign",), Rank.AGENT, Takes.TICKET,
        _N("ASSIGN 27 name · ASSIGN 27 @egov"), _N("The ticket goes to a colleague, who is told."),
    ),
    Command(
        Verb.RESOLVE, ("resolver",), ("resolve",), Rank.AGENT, Takes.TICKET,
        _N("RESOLVE 27 text"),
        _N("Asks what is still needed, resolves in Salama and asks the reporter whether all is well."),
    ),
    Command(
        Verb.REJECT, ("rejeitar",), ("reject",), Rank.AGENT, Takes.TICKET,
        _N("REJECT 27 1 · 2 contact · 3 27 · 4 text · 5 what is missing"),
        _N("1 invalid, 2 misdirected, 3 duplicate of a ticket, 4 solved elsewhere, 5 too little information."),
    ),
    Command(
        Verb.REOPEN, ("reabrir",), ("reopen",), Rank.AGENT, Takes.TICKET,
        _N("REOPEN 27 reason"), _N("A linked new ticket with all that was known."),
    ),
    Command(
        Verb.NEW, ("novo",), ("new",), Rank.AGENT, Takes.TEXT,
        _N("NEW district; name; phone; text"), _N("A telephone call becomes a ticket; what is missing is asked."),
    ),
    Command(
        Verb.ALLOW, ("autorizar",), ("allow",), Rank.LEAD, Takes.TICKET,
        _N("ALLOW 27"), _N("Lets a text that was held for you go to the reporter."),
    ),
    Command(
        Verb.DENY, ("recusar",), ("deny",), Rank.LEAD, Takes.TICKET,
        _N("DENY 27"), _N("A text that was held for you is not sent."),
    ),
    Command(
        Verb.UNDO, ("desfazer",), ("undo",), Rank.AGENT, Takes.NOTHING,
        _N("UNDO"), _N("Takes back your last change, within a minute and as long as nobody else was told."),
    ),
    Command(
        Verb.LEVEL3, ("l3",), ("l3", "escalate"), Rank.AGENT, Takes.TICKET,
        _N("L3 27 App does not sync after login, 3 phones"),
        _N(
            "Mail to the engineers, one line in English; YES sends it. L3 27 tel text notes a phone call; L3 27 call "
            "text asks them to call the reporter."
        ),
    ),
    Command(
        Verb.POSTPONE, ("pos",), ("post",), Rank.LEAD, Takes.TICKET,
        _N("POST 27 needs a new version of the app"),
        _N("For after the campaign: the ticket leaves the clock, its reporter is told, eGov gets it in one pack."),
    ),
    Command(
        Verb.WISH, ("melhoria",), ("cr",), Rank.AGENT, Takes.TICKET,
        _N("CR 27"), _N("An improvement: into the change register, and closed with a polite word."),
    ),
    Command(
        Verb.FAQ, ("faq",), ("faq",), Rank.AGENT, Takes.TEXT,
        _N("FAQ how do I sync?"), _N("Searches the questions and answers that the chat offers."),
    ),
    Command(
        Verb.FAQ_DRAFT, ("faq+",), ("faq+",), Rank.AGENT, Takes.TICKET,
        _N("FAQ+ 27 · FAQ+ 27 the answer"),
        _N("Drafts an entry of the FAQ from the ticket's question and its resolution; a lead publishes it."),
    ),
    Command(
        Verb.FAQ_PUBLISH, ("publicar",), ("publish",), Rank.LEAD, Takes.TEXT,
        _N("PUBLISH 27"), _N("Offers a drafted answer in the chat from now on; it must be in Portuguese."),
    ),
    Command(
        Verb.EXTERNAL, ("ext",), ("ext",), Rank.AGENT, Takes.TICKET,
        _N("EXT 27 HCM-123"), _N("The number that the engineers' own system gives the matter."),
    ),
    Command(
        Verb.STATS, ("estat",), ("stats",), Rank.AGENT, Takes.TEXT,
        _N("STATS · STATS week"), _N("How the helpdesk stands, in five lines: today, or the last seven days."),
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
        Verb.SHIFT, ("turno",), ("shift",), Rank.ALL, Takes.TEXT,
        _N("SHIFT · SHIFT 12/01"), _N("Who is on, the next change, and level 3 in both time zones; or a day's shifts."),
    ),
    Command(
        Verb.IN, ("entrar",), ("in",), Rank.AGENT, Takes.TEXT,
        _N("IN"), _N("You are on duty from now until your shift ends."),
    ),
    Command(
        Verb.OUT, ("sair",), ("out",), Rank.AGENT, Takes.TEXT,
        _N("OUT · OUT Tito"), _N("You are off duty; what you hold goes to whom you name, or back to the queue."),
    ),
    Command(
        Verb.SWAP, ("trocar",), ("swap",), Rank.AGENT, Takes.TEXT,
        _N("SWAP 12/01 06-15 Tito"), _N("Asks a colleague to take your shift; it changes with their YES."),
    ),
    Command(
        Verb.CONFIRM, ("confirmo",), ("confirmed", "confirm"), Rank.AGENT, Takes.TEXT,
        _N("CONFIRMED"), _N("You will be there for your shift, or take the one that is offered to you."),
    ),
    Command(
        Verb.CANNOT, ("falto",), ("cannot",), Rank.AGENT, Takes.TEXT,
        _N("CANNOT"), _N("You cannot be there for your shift; the lead is told."),
    ),
    Command(
        Verb.INCIDENT, ("incidente",), ("incident",), Rank.AGENT, Takes.TICKETS,
        _N("INCIDENT 41 43 44 title"),
        _N("The first becomes the parent of the others; all reporters know, and resolving it solves all."),
    ),
    Command(
        Verb.MERGE, ("juntar",), ("merge",), Rank.AGENT, Takes.TICKETS,
        _N("MERGE 44 27"), _N("The first is a duplicate of the second; both reporters hear the outcome."),
    ),
    Command(
        Verb.BROADCAST, ("aviso",), ("broadcast",), Rank.LEAD, Takes.TEXT,
        _N("BROADCAST Memba text"),
        _N("Writes to the people of a district, once you type back how many they are."),
    ),
    Command(
        Verb.ENROL, ("inscrever",), ("enrol",), Rank.LEAD, Takes.TEXT,
        _N("ENROL · ENROL 12 · ENROL 12 new · ENROL 12 two"),
        _N("Who asked to be enrolled; lets one in. NEW: the number replaces the old one; TWO: beside it."),
    ),
    Command(
        Verb.REFUSE, ("negar",), ("refuse",), Rank.LEAD, Takes.TEXT,
        _N("REFUSE 12"), _N("Does not enrol whoever asked, and says so."),
    ),
    Command(
        Verb.HELP, ("ajuda",), ("help",), Rank.ALL, Takes.TEXT,
        _N("HELP · HELP take"), _N("All commands, or one of them."),
    ),
)  # fmt: skip
BY_VERB = {command.verb: command for command in COMMANDS}
