"""The tickets of a period one by one, for whoever wants to count for themselves: no names but those of staff."""

from collections.abc import Mapping
from dataclasses import dataclass

from campaign import Campaign, words_in
from locales import Voice
from reports import definitions
from reports.cases import ended_at, ending
from reports.figures import Part
from reports.periods import Period
from reports.table import Column, Kind, Value
from store.statistics import Case


@dataclass(frozen=True, slots=True)
class Listing:
    """Rows of tickets; with their times, state and member of staff they can be filtered by any of them."""

    campaign: Campaign
    voice: Voice
    owners: Mapping[int, str]
    period: Period

    def columns(self) -> tuple[Column, ...]:
        """The heads of `row`."""
        _, text, instant = self.voice.gettext, Kind.TEXT, Kind.INSTANT
        return (
            Column(_("Ticket")), Column(_("Salama's number"), text), Column(_("Way in"), text),
            Column(_("Category"), text), Column(_("Kind"), text), Column(_("Severity")), Column(_("District"), text),
            Column(_("State"), text), Column(_("Stage"), text), Column(_("Member of staff"), text),
            Column(_("Received"), instant), Column(_("Taken"), instant), Column(_("First word"), instant),
            Column(_("Workaround"), instant), Column(_("Ended"), instant), Column(_("Waited"), Kind.MINUTES),
            Column(_("Incident")), Column(_("Duplicate of")), Column(_("For NMCP"), text), Column(_("Wish"), text),
        )  # fmt: skip

    def row(self, case: Case) -> tuple[Value, ...] | None:
        """One ticket; None when it had ended before the period."""
        _, ended = self.voice.gettext, ended_at(case)
        if case.opened_at >= self.period.as_of or (ended is not None and ended < self.period.start):
            return None
        known = self.campaign.categories.get(case.category)
        is_open = ended is None or ended >= self.period.as_of
        part = Part.OPEN if is_open else Part(ending(case).value)
        stage = definitions.STAGES.get(case.stage)
        return (
            case.id, case.number, _(definitions.SOURCES.get(case.source, case.source)),
            words_in(known.title, self.voice.language) if known else case.category, case.kind, case.severity,
            case.district, _(definitions.PARTS[part][0]), _(stage) if stage and ended is None else None,
            self.owners.get(case.owner_id) if case.owner_id else None, case.opened_at, case.claimed_at,
            case.answered_at, case.workaround_at, None if is_open else ended, case.paused_s // 60, case.incident_id,
            case.duplicate_of_id, _("yes") if case.for_nmcp else _("no"), _("yes") if case.is_wish else _("no"),
        )  # fmt: skip
