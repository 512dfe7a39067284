"""The fixed sentences of the chat: whole messages, notes that may stand before one, and titles of buttons."""

from bot.dialogue.effects import Key, Note
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
    Note.CARD: _N("I have the contact; I take it as the person who has the problem."),
    Note.UNCONFIRMED: _N(
        "I had no answer, so I sent it as it stands. To add or correct something, reply to this message."
    ),
    Note.NO_ANSWER: _N("I had no answer, so I took it to be the same problem. If it is not, just describe it here."),
    Note.LANGUAGES: _N("I understand {languages}. Please write one short sentence in one of them."),
    Note.LANGUAGE: _N("From now on in English."),
    Note.WRITE_SEND: _N("To send it, write SEND."),
    Note.IMPACT_UNKNOWN: _N("For the impact write: stopped, with difficulty, or no effect."),
    Note.NOT_ON_LIST: _N("That number is not on the list."),
    Note.RECOVERED: _N("Here is your request again."),
    Note.KEPT: _N("Your unfinished request is kept; to go on with it, write CONTINUE."),
    Note.FILING: _N("I will file it."),
    Note.TO_PERSON: _N("I am passing everything you wrote to a colleague; no need to repeat it."),
}

PLAIN = {
    Key.SOLVED: _N("Good to know. For a new problem, just describe it here."),
    Key.CANCELLED: _N("Cancelled, nothing was sent. To bring it back within half an hour, write CONTINUE."),
    Key.NOTHING_TO_CANCEL: _N("There is nothing to cancel. Describe a problem, or write MENU."),
    Key.NOTHING_TO_RECOVER: _N("There is no unfinished request. Describe the problem, or write MENU."),
    Key.HELP: _N(
        "Describe the problem in your own words; I ask only what is missing. You can send a photo, a voice note or "
        "your location.\nWords that always work: MENU, BACK, CANCEL, STATUS, URGENT, AGENT (a person), {codes} "
        "(language), STOP."
    ),
    Key.THANKS: _N("Glad to help. For a new problem, just describe it here."),
    Key.SMALL_TALK: _N("All right. When there is a problem, just describe it here; MENU shows the choices."),
    Key.FILE_RECEIVED: _N("I have the photo or document. Please write one line about the problem."),
    Key.VOICE_RECEIVED: _N(
        "Voice note received, a colleague will listen to it. To speed things up write one line: what is wrong and "
        "in which district."
    ),
    Key.LOCATION_RECEIVED: _N("I have the location. Please write one line about the problem."),
    Key.CARD_RECEIVED: _N(
        "I have the contact; I take it as the person who has the problem. Please write one line about the problem."
    ),
    Key.EMPTY: _N("I could not read that message. Please write the problem in words, or write MENU."),
    Key.URGENT: _N("Marked urgent. In one message: what happened, where, and a number to call."),
    Key.PERSON: _N("A colleague will write or call. In one message: what is it about, and a number to call."),
    Key.SILENCED: _N(
        "We will not write to you any more, except in answer to you. To hear from us again, just write here."
    ),
    Key.OLD_BUTTON: _N("That option belonged to an earlier request. For a new problem, just describe it here."),
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
        "reopen": voice.pgettext("button", "Open again"),
        "add": voice.pgettext("button", "Same request"),
        "solved": voice.pgettext("button", "That solved it"),
        "unsolved": voice.pgettext("button", "Did not help"),
    }
    return titles[option]
