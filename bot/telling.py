"""One thing that the dialogue wants to say, with what its words need: the campaign, a voice, the state at hand."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.dialogue.model import Context, Draft, Note, Option, Say
from bot.messages import BUTTON_TITLE, Button, OutboundMessage
from bot.snippets import NOTES, button_title
from campaign import Campaign, words_in
from locales import Voice


@dataclass(frozen=True, slots=True)
class Telling:
    """One thing to tell, with everything that is needed for its words."""

    campaign: Campaign
    voice: Voice
    context: Context
    say: Say
    _: Callable[[str], str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_", self.voice.gettext)

    @property
    def draft(self) -> Draft:
        """The report it is about; there must be one."""
        assert self.say.draft is not None
        return self.say.draft

    def words(self, option: Option) -> str:
        """What a choice says."""
        if option.title is not None:
            return words_in(option.title, self.voice.language)
        return button_title(option.id, self.voice)

    def choices(self, text: str, control: str) -> OutboundMessage:
        """A text followed by its numbered choices."""
        key = self.say.draft.key if self.say.draft and control != "menu" else ""
        titles = [self.words(option) for option in self.say.options]
        lines = [f"{number}. {title}" for number, title in enumerate(titles, 1)]
        buttons = tuple(
            Button(f"v1:{key}:{option.id}", title) for option, title in zip(self.say.options, titles, strict=True)
        )
        if control == "choice" and (len(buttons) > 3 or any(len(b.title) > BUTTON_TITLE for b in buttons)):
            buttons, control = (), ""
        return OutboundMessage("\n".join([text, *lines]), buttons, control)  # type: ignore[arg-type]

    def note(self, note: Note) -> str:
        """The sentence of a note; it stands before what is said."""
        if note is Note.HEALTH:
            return safety(self.campaign, self.voice)
        if note is Note.PLACE_UNKNOWN:
            typed = self.draft.place_typed if self.say.draft else ""
            return self._("I do not find «{place}» on the list; I noted the name as you wrote it.").format(place=typed)
        return self.fixed(NOTES[note])

    def fixed(self, message: str) -> str:
        """A fixed sentence, with the languages where it names them."""
        names = [self.voice.language_name(each.code, each.name) for each in self.campaign.languages.values()]
        codes = [code.upper() for code in self.campaign.languages]
        said = self._(message).replace("{languages}", self.voice.listed(names))
        return said.replace("{codes}", self.voice.listed(codes, "or"))

    def privacy(self) -> str:
        """The line about privacy, for the first contact."""
        return self._(
            "We keep your number and messages only to solve the request. Do not send passwords or children's names."
        )

    def title(self) -> str:
        """The title of the report's type."""
        return words_in(self.campaign.category(self.draft.category).title, self.voice.language)


def safety(campaign: Campaign, voice: Voice) -> str:
    """What must be said before anything else when a child may be unwell."""
    kinds = [kind for category in campaign.categories.values() for kind in category.kinds]
    return "\n".join(words_in(kind.first, voice.language) for kind in kinds if kind.first is not None)
