"""`MODELO`: answers that were approved beforehand, in the reporter's language (helpdesk requirements, R47)."""

from collections.abc import Mapping

from bot.staff.bench import Answer, Bench, Handler
from bot.staff.commands import Verb
from bot.staff.parsing import Order
from bot.staff.talking import send
from campaign import Words, words_in
from classifier.text import fold
from store.conversations import Conversation
from store.people import Person
from store.tickets import Ticket


def canned(bench: Bench, order: Order) -> Answer:
    """Send an approved answer about a ticket; without a name, or for one that nobody knows, tell which there are."""
    _ = bench.voice.gettext
    if not order.tickets:
        lines = [
            f"{bench.category(category.id)}: {', '.join(sorted(names))}"
            for category in bench.kit.campaign.categories.values()
            if (names := {name for kind in category.kinds for name in kind.playbook.canned})
        ]
        return Answer("\n".join(lines) or _("There are no approved answers."))
    ticket = bench.the_ticket(order)
    known = answers_for(bench, ticket)
    chosen = known.get(_key(order.text))
    if chosen is None:
        if not known:
            return Answer(_("There are no approved answers for #{ticket}.").format(ticket=ticket.id), ticket.id)
        lines = [f"{name}: {words_in(words, bench.voice.language)}" for name, words in known.items()]
        return Answer("\n".join([_("Approved answers for #{ticket}:").format(ticket=ticket.id), *lines]), ticket.id)
    return send(bench, ticket, words_in(chosen, reporter_language(bench, ticket)))


def answers_for(bench: Bench, ticket: Ticket) -> dict[str, Words]:
    """The approved answers for a ticket's type, by their names without blanks."""
    if ticket.category not in bench.kit.campaign.categories:
        return {}
    playbook = bench.kit.campaign.playbook(ticket.category, ticket.kind)
    return {_key(name): words for name, words in playbook.canned.items()}


def reporter_language(bench: Bench, ticket: Ticket) -> str:
    """The language in which the ticket's reporter is written to."""
    conversation = bench.session.get(Conversation, ticket.conversation_id) if ticket.conversation_id else None
    person = bench.session.get(Person, ticket.person_id) if ticket.person_id else None
    spoken = conversation.language if conversation else None
    return spoken or (person.language if person else "") or "pt"


def _key(name: str) -> str:
    return fold(name).strip(" .").replace(" ", "_")


HANDLERS: Mapping[Verb, Handler] = {Verb.CANNED: canned}
