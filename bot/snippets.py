"""The short sentences of the chat: notes that may stand before a message, and titles of buttons."""

from bot.dialogue.effects import Note
from locales import Voice


def _N(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is used."""
    return message


NOTES = {
    Note.ADDED: _N("I added that."),
    Note.CHANGED: _N("Changed."),
    Note.FILE: _N("I have the photo or document."),
    Note.VOICE: _N("I have the voice note; a colleague will listen to it."),
    Note.LOCATION: _N("I have the location."),
    Note.LANGUAGE: _N("From now on in English."),
    Note.WRITE_SEND: _N("To send it, write SEND."),
    Note.IMPACT_UNKNOWN: _N("For the impact write: stopped, with difficulty, or no effect."),
    Note.NOT_ON_LIST: _N("That number is not on the list."),
    Note.RECOVERED: _N("Here is your request again."),
    Note.KEPT: _N("Your unfinished request is kept; to go on with it, write CONTINUE."),
    Note.FILING: _N("I will file it."),
    Note.TO_PERSON: _N("I am passing everything you wrote to a colleague; no need to repeat it."),
}


def button_title(option: str, voice: Voice) -> str:
    """What a button with this id says, in the voice's language."""
    titles = {
        "send": voice.pgettext("button", "Send"),
        "correct": voice.pgettext("button", "Correct"),
        "cancel": voice.pgettext("button", "Cancel"),
        "continue": voice.pgettext("button", "Continue"),
        "new": voice.pgettext("button", "New request"),
        "delete": voice.pgettext("button", "Delete"),
        "add": voice.pgettext("button", "Same request"),
        "solved": voice.pgettext("button", "That solved it"),
        "unsolved": voice.pgettext("button", "Did not help"),
    }
    return titles[option]
