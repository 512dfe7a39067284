"""Commands about NMCP: `PNCM` forwards a ticket to an official, `PASSAR` gives the reporter an official's answer."""

from collections.abc import Mapping, Sequence

from bot.nmcp.notices import matters, official_words, shown_number
from bot.staff.bench import Answer, Bench, Handler, Pending
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from campaign import NmcpTopic, words_in
from classifier.text import fold
from desk.holding import AtRest
from desk.nmcp import AlreadyThere, Forwarded, NoOfficial, matter_of
from intake.nmcp_facts import NmcpMatter
from store.nmcp import CONFIRMED
from store.people import Person
from store.tickets import Ticket, ticket_by_number

_NO = frozenset({"nao", "no", "not"})
_SHORTEST_TOPIC = 3


def forward(bench: Bench, order: Order) -> Answer:
    """`PNCM 27` shows contact and text; confirmed, it sends them. `PNCM 27 não` says that it is not NMCP's."""
    _ = bench.voice.gettext
    tickets = _locked(bench, order)
    if fold(order.text) in _NO:
        return _keep(bench, tickets)
    asked = _topic(bench, order.text)
    if order.text and asked is None:
        titles = [words_in(topic.title, bench.voice.language) for topic in bench.kit.nmcp.forwarding.rules.topics]
        return Answer(_("Which topic? One of: {topics}.").format(topics=", ".join(titles)))
    texts: list[str] = []
    planned = False
    for ticket in tickets:
        done = _plan_or_send(bench, ticket, asked, is_confirmed=order.is_confirmed)
        planned |= isinstance(done, Forwarded)
        texts.append(done if isinstance(done, str) else _told(bench, ticket, done, is_confirmed=order.is_confirmed))
    if planned and not order.is_confirmed:
        texts.append(_("YES sends it."))
        return Answer("\n".join(texts), tickets[0].id, asks=Pending(order, "yes"))
    return Answer("\n".join(texts), tickets[0].id)


def pass_on(bench: Bench, order: Order) -> Answer:
    """The reporter gets what NMCP's official wrote."""
    _ = bench.voice.gettext
    ticket = bench.the_ticket(order)
    if not bench.kit.nmcp.pass_on(bench.session, ticket, bench.me, bench.now):
        return Answer(
            _("There is nothing new from NMCP to pass on about #{ticket}.").format(ticket=ticket.id), ticket.id
        )
    text = _("#{ticket}: {name} has NMCP's answer.").format(ticket=ticket.id, name=ticket.reporter_name)
    return Answer(text, ticket.id, undo={})


def _locked(bench: Bench, order: Order) -> Sequence[Ticket]:
    """The tickets of an order, each once, locked in the order of their numbers."""
    found = {ticket.id for number in order.tickets if (ticket := ticket_by_number(bench.session, number)) is not None}
    locked = (ticket_by_number(bench.session, str(number), lock=True) for number in sorted(found))
    return [ticket for ticket in locked if ticket is not None]


def _keep(bench: Bench, tickets: Sequence[Ticket]) -> Answer:
    for ticket in tickets:
        bench.kit.nmcp.forwarding.keep(bench.session, ticket, bench.me, bench.now)
    text = bench.voice.gettext("{tickets} stays with the helpdesk and does not go to NMCP.")
    return Answer(text.format(tickets=", ".join(f"#{ticket.id}" for ticket in tickets)), tickets[0].id)


def _topic(bench: Bench, text: str) -> NmcpTopic | None:
    """The topic that was typed: its name in either language, or at least three letters of it."""
    wanted = fold(text).strip(" .")
    if len(wanted) < _SHORTEST_TOPIC:
        return None
    for topic in bench.kit.nmcp.forwarding.rules.topics:
        names = [topic.id, *topic.title.values()]
        if any(fold(word).startswith(wanted) for name in names for word in (name, *name.split())):
            return topic
    return None


def _plan_or_send(bench: Bench, ticket: Ticket, asked: NmcpTopic | None, *, is_confirmed: bool) -> Forwarded | str:
    """To whom the ticket goes, or the sentence that says why it does not."""
    _ = bench.voice.gettext
    forwarding = bench.kit.nmcp.forwarding
    topic = asked or forwarding.rules.topic_of(ticket.category, ticket.kind)
    try:
        if is_confirmed:
            return forwarding.forward(bench.session, ticket, topic, bench.now, by=bench.me)
        return forwarding.plan(bench.session, ticket, topic, bench.now)
    except AtRest:
        return _("#{ticket} is solved or closed already.").format(ticket=ticket.id)
    except NoOfficial:
        text = _("No official is known for #{ticket} ({topic}). Please telephone NMCP.")
        return text.format(ticket=ticket.id, topic=words_in(topic.title, bench.voice.language))
    except AlreadyThere as there:
        since = bench.voice.moment(there.alert.queued_at, bench.now)
        is_known = there.alert.state in CONFIRMED
        text = (
            _("#{ticket} is with {name} (NMCP) since {when}, confirmed.")
            if is_known
            else _("#{ticket} is with {name} (NMCP) since {when}, not confirmed yet.")
        )
        return text.format(ticket=ticket.id, name=there.official.name, when=since)


def _told(bench: Bench, ticket: Ticket, done: Forwarded, *, is_confirmed: bool) -> str:
    _ = bench.voice.gettext
    officials = " + ".join(_who(bench, pair.official) for pair in done.pairs)
    text = _("#{ticket} went to NMCP: {officials}.") if is_confirmed else _("#{ticket} → NMCP: {officials}.")
    lines = [text.format(ticket=ticket.id, officials=officials)]
    deputy = done.pairs[0].deputy
    if deputy is not None and not is_confirmed:
        lines.append(_("Deputy: {name}.").format(name=_who(bench, deputy)))
    if done.leaves_at is not None:
        lines.append(_("The alert leaves at {time}.").format(time=bench.voice.moment(done.leaves_at, bench.now)))
    if not is_confirmed:
        lines.append(_preview(bench, ticket, done))
    return "\n".join(lines)


def _who(bench: Bench, official: Person) -> str:
    function = bench.kit.nmcp.forwarding.directory.function_of(official)
    return f"{official_words(official.name, function)}, {shown_number(official.phone)}"


def _preview(bench: Bench, ticket: Ticket, done: Forwarded) -> str:
    """The text as the official will read it."""
    voice = bench.kit.phrases.voice(done.pairs[0].official.language)
    fact = NmcpMatter(0, done.topic.id, ticket.district, (matter_of(bench.session, ticket),))
    return f"«{matters(fact, voice, bench.kit.campaign).text}»"


HANDLERS: Mapping[Verb, Handler] = {Verb.NMCP: forward, Verb.RELAY: pass_on}
