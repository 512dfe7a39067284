"""What a person may choose from: rows of the menu, types, places, what becomes of a report. Pure."""

from collections.abc import Sequence

from bot.dialogue.draft import Draft
from bot.dialogue.effects import Key, Option, Say
from bot.dialogue.model import Context, OwnTicket
from bot.dialogue.report import CATEGORY_OF
from intake.places import AreaType, Place

OTHER_TYPE = "other"
_LEVELS = {
    AreaType.COUNTRY: "country",
    AreaType.PROVINCE: "province",
    AreaType.DISTRICT: "district",
    AreaType.POST: "post",
    AreaType.LOCALITY: "locality",
    AreaType.VILLAGE: "village",
}
"""The campaign's term for each level of areas."""
RESUME_OPTIONS = (Option("continue"), Option("new"), Option("delete"))
SORT_OPTIONS = (Option("add"), Option("new"))
REOPEN_OPTIONS = (Option("reopen"), Option("new"))


def menu_options(context: Context) -> tuple[Option, ...]:
    """The menu's rows, in their order."""
    return tuple(Option(row.id, row.title) for row in context.campaign.menu)


def likely_types(ranking: Sequence[tuple[str, float]], context: Context) -> tuple[Option, ...]:
    """The three likeliest types, then "something else"; asking about a request is one of them when it is likely."""
    rows = {row.id: row.title for row in context.campaign.menu}
    options = []
    for label, chance in ranking:
        if label in CATEGORY_OF:
            options.append(Option(CATEGORY_OF[label], context.campaign.category(CATEGORY_OF[label]).title))
        elif label == "status_query" and chance >= 0.15 and "status" in rows:
            options.append(Option("status", rows["status"]))
    return (*options[:3], Option(OTHER_TYPE, context.campaign.category(OTHER_TYPE).title))


def place_options(places: Sequence[Place], context: Context) -> tuple[Option, ...]:
    """Places to choose from, each with its level, since a district and its post often share a name; at most five."""
    terms = context.campaign.terms
    return tuple(
        Option(place.code, {lang: f"{place.label} ({word})" for lang, word in terms[_LEVELS[place.type]].items()})
        for place in places[:5]
    )


def link_options(ticket: OwnTicket) -> tuple[Option, ...]:
    """What can be done with words that may belong to this ticket: one that is closed can only be opened anew."""
    return SORT_OPTIONS if ticket.is_open else REOPEN_OPTIONS


def question_about(draft: Draft, ticket: OwnTicket) -> Say:
    """Ask whether the draft belongs to this ticket."""
    return Say(Key.SAME_TICKET if ticket.is_open else Key.REOPEN, draft, link_options(ticket))


def type_options(ids: Sequence[str], context: Context) -> tuple[Option, ...]:
    """Types to choose from, by their ids; all of the menu's when there is none."""
    rows = {row.id: row.title for row in context.campaign.menu}
    known = context.campaign.categories
    wanted = [each for each in ids if each in known or each == "status"] or [each for each in rows if each in known]
    return tuple(Option(each, rows[each] if each in rows else known[each].title) for each in wanted)


def correction(draft: Draft, line: str, context: Context) -> Say:
    """Ask for the right text of a summary line; impacts are offered to choose from."""
    impacts = tuple(Option(impact.id, impact.title) for impact in context.campaign.impacts)
    return Say(Key.CORRECT, draft, impacts if line == "impact" else (), line=line)
