"""A member of staff who reports a problem of their own, as anybody would: `REPORTAR` (helpdesk requirements, d6)."""

from dataclasses import replace

from bot.messages import InboundMessage
from bot.staff.state import dump_state, load_state
from classifier.text import fold
from store.conversations import Conversation

_WORDS = frozenset({"reportar", "report"})


def is_reporting(conversation: Conversation, message: InboundMessage) -> bool:
    """Whether this message belongs to a report of the member's own, or begins one, which is then noted."""
    state = load_state(conversation.desk)
    if not state.is_reporting and _begins(message.body):
        state = replace(state.settled(), is_reporting=True)
        conversation.desk = dump_state(state)
    return state.is_reporting


def end_report(conversation: Conversation) -> None:
    """The report is filed or given up: from now on messages are commands again."""
    state = load_state(conversation.desk)
    if state.is_reporting:
        conversation.desk = dump_state(replace(state, is_reporting=False))


def as_reporter(text: str) -> str:
    """What the reporter's dialogue is to read: the word that begins a report asks it for the menu."""
    return "menu" if _begins(text) else text


def _begins(text: str) -> bool:
    return fold(text).strip(" ./!") in _WORDS
