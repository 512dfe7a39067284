"""`AVISO`: the lead writes to the people of a district, after typing back how many they are (requirements, d6).

Only those are written to who wrote within a day and have not asked for silence; how many are left out is said.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from structlog import get_logger

from bot.staff.bench import Answer, Bench, FollowUp, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.templates import is_open_for
from desk.telling import tell_conversation
from intake.incident_facts import Broadcast
from intake.places.words import key_of, split_name
from store.conversations import Conversation, people_with_conversations
from store.people import Role, districts

COUNT = "count"
_AUDIENCE = (Role.FIELD, Role.L1)
_log = get_logger()


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who would be written to, how many cannot be now, and how many do not want to be."""

    reached: tuple[Conversation, ...]
    closed: int
    silenced: int


def broadcast(bench: Bench, order: Order) -> Answer:
    """Shows whom the text would reach; nothing is sent before their number was typed back."""
    _ = bench.voice.gettext
    district, text = _split(bench, order.text)
    if not district or not text:
        return Answer(_("Which district, and what text? For example: BROADCAST Memba text"))
    audience = _audience(bench, district)
    if not audience.reached:
        return Answer(_("Nobody in {district} can be written to now.").format(district=district))
    lines = [
        _("«{text}»").format(text=text),
        _("{district}, recipients: {n}. Left out: {closed} who have not written within a day, {silenced} who asked "
          "for silence.").format(
            district=district, n=len(audience.reached), closed=audience.closed, silenced=audience.silenced
        ),
        _("To send it, write their number: {n}.").format(n=len(audience.reached)),
    ]  # fmt: skip
    data = {"district": district, "text": text, "count": len(audience.reached)}
    return Answer("\n".join(lines), asks=Pending(order, COUNT, data))


def take_count(bench: Bench, pending: Pending, text: str) -> Answer | None:
    """The number that was typed back: only the right one sends it; anything but a number is something else."""
    _ = bench.voice.gettext
    typed = text.strip(" .!")
    if not typed.isdecimal():
        return None
    data = pending.data
    audience = _audience(bench, data["district"])
    if int(typed) != data["count"] or len(audience.reached) != data["count"]:
        text = _("That is not their number, which is {n} now; nothing was sent. Give the command again.")
        return Answer(text.format(n=len(audience.reached)))
    for conversation in audience.reached:
        tell_conversation(bench.session, conversation.id, Broadcast(data["text"]), bench.now)
    _log.info("broadcast", by=bench.me.id, district=data["district"], told=data["count"], left_out=audience.closed)
    text = _("The notice is on its way to {district}; recipients: {n}.")
    return Answer(text.format(n=data["count"], district=data["district"]), undo={})


def _split(bench: Bench, text: str) -> tuple[str, str]:
    """The district that a text begins with, as it is enrolled, and the rest; the longest name that fits."""
    known = {_key(name): name for name in districts(bench.session)}
    words = text.split()
    for count in range(min(len(words), 5), 0, -1):
        if (name := known.get(_key(" ".join(words[:count])))) is not None:
            return name, text.split(maxsplit=count)[count] if len(words) > count else ""
    return "", ""


def _key(name: str) -> str:
    return key_of(split_name(name))


def _audience(bench: Bench, district: str) -> _Audience:
    reached, closed, silenced = [], 0, 0
    for _person, conversation in people_with_conversations(bench.session, _AUDIENCE, district):
        if conversation is not None and conversation.is_silenced:
            silenced += 1
        elif conversation is None or not is_open_for(conversation, bench.now):
            closed += 1
        elif conversation.id != bench.conversation.id:
            reached.append(conversation)
    return _Audience(tuple(reached), closed, silenced)


HANDLERS: Mapping[Verb, Handler] = {Verb.BROADCAST: broadcast}
FOLLOW_UPS: Mapping[Verb, FollowUp] = {Verb.BROADCAST: take_count}
