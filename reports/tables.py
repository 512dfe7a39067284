"""Makes the tables of a report: titles, columns and rows of plain values, the same for every kind of file."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from campaign import Campaign, words_in
from intake.phones import find_in
from locales import Voice
from reports import definitions
from reports.cases import Measure
from reports.figures import LISTED, Dimension, Figures, Flow, Key, Open, Part
from reports.spread import Times
from reports.table import Column, Kind, Table, Value
from store.statistics import FaqCounts, Wish


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that a report is made of."""

    figures: Figures
    owners: Mapping[int, str]
    faq: tuple[FaqCounts, Sequence[FaqCounts]]
    wishes: Sequence[Wish]


@dataclass(frozen=True, slots=True)
class Tables:
    """Makes the tables of a report in a language."""

    contents: Contents
    campaign: Campaign
    voice: Voice

    def all(self) -> list[Table]:
        """Every table, in the order in which they are read."""
        return [
            self.summary(),
            self.times(),
            self.flows(Dimension.CATEGORY),
            self.flows(Dimension.DISTRICT),
            self.flows(Dimension.SEVERITY),
            self.stages(),
            self.users(),
            self.flows(Dimension.SOURCE),
            self.days(),
            self.hours(),
            self.nmcp(),
            self.critical(),
            self.incidents(),
            self.register(),
            self.faq(),
            self.meanings(),
        ]

    def summary(self) -> Table:
        """The figures that are read first."""
        figures, faq = self.contents.figures, self.contents.faq[0]
        rows: list[tuple[Value, ...]] = [(self._(title), _part(figures.total, part)) for part, title in _titles()]
        rows += [
            (self._("of the open ones, overdue"), figures.overdue),
            (self._("of the open ones, critical or put off"), figures.critical_count),
            (self._("of the received ones, by telephone"), sum(day.phoned for day in figures.days.values())),
            (self._("of the received ones, reports of incidents"), sum(figures.incidents.values())),
            (self._("of the received ones, for NMCP"), figures.nmcp.received),
            (self._("of the received ones, solved before and come back"), figures.reopened),
            (self._("Wishes for changes of the app (not counted above)"), figures.wishes),
            (self._("Questions that the FAQ solved, since it began"), faq.solved),
        ]
        columns = (Column(self._("Figure"), Kind.TEXT), Column(self._("Tickets")))
        return Table("summary", self._("In short"), "", columns, tuple(rows))

    def times(self) -> Table:
        """How long things took, by measure and severity."""
        columns = (
            Column(self._("Time"), Kind.TEXT), Column(self._("Severity"), Kind.TEXT), Column(self._("Done")),
            Column(self._("Median"), Kind.MINUTES), Column(self._("P90"), Kind.MINUTES), Column(self._("Were due")),
            Column(self._("Within target")), Column(self._("In time"), Kind.SHARE),
        )  # fmt: skip
        rows: list[tuple[Value, ...]] = []
        for measure, (title, _meaning) in definitions.MEASURES.items():
            for severity in (None, 1, 2, 3, 4):
                found = self.contents.figures.times.get((measure, severity))
                if found is not None:
                    label = self._("all") if severity is None else self._severity(severity)
                    rows.append((self._(title), label, *_times(found)))
        return Table("times", self._("Times"), self._(definitions.TIMES), columns, tuple(rows))

    def flows(self, dimension: Dimension) -> Table:
        """What came, ended and was left, broken down."""
        figures, (title, head, label) = self.contents.figures, self._breakdown(dimension)
        found = figures.flows[dimension]
        keys = _ordered(dimension, figures)
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (label(key), *(_part(found[key], part) for part in Part)) for key in keys
        )
        columns = (Column(head, Kind.TEXT), *(Column(self._(title)) for _, title in _titles()))
        return Table(f"by_{dimension}", title, "", columns, rows)

    def stages(self) -> Table:
        """Where open tickets stand."""
        known = self.contents.figures.stages
        rows: list[tuple[Value, ...]] = []
        for stage, title in definitions.STAGES.items():
            counts = [known.get((str(stage), severity), 0) for severity in (1, 2, 3, 4)]
            if any(counts):
                rows.append((self._(title), *counts, sum(counts)))
        columns = (
            Column(self._("Stage"), Kind.TEXT),
            *(Column(self._severity(severity)) for severity in (1, 2, 3, 4)),
            Column(self._("Together")),
        )
        meaning = self._(definitions.STAGES_MEANING)
        return Table("stages", self._("Open tickets by stage"), meaning, columns, tuple(rows))

    def users(self) -> Table:
        """What each member of staff had and how quick they were."""
        figures = self.contents.figures
        flows = self.flows(Dimension.OWNER)
        rows = []
        for owner, row in zip(_ordered(Dimension.OWNER, figures), flows.rows, strict=True):
            word, restore = (figures.agents.get((each, owner)) for each in (Measure.WORD, Measure.RESTORE))
            rows.append((*row, *_quick(word), *_quick(restore)))
        more = (
            Column(self._("First word: median"), Kind.MINUTES), Column(self._("First word: in time"), Kind.SHARE),
            Column(self._("Work restored: median"), Kind.MINUTES), Column(self._("Work restored: in time"), Kind.SHARE),
        )  # fmt: skip
        columns = (*flows.columns, *more)
        return replace(flows, meaning=self._(definitions.USERS), columns=columns, rows=tuple(rows))

    def days(self) -> Table:
        """Day by day."""
        rows = tuple(
            (day, each.received, each.resolved, each.phoned) for day, each in self.contents.figures.days.items()
        )
        columns = (
            Column(self._("Day"), Kind.DAY), Column(self._("Received")), Column(self._("Resolved")),
            Column(self._("By telephone")),
        )  # fmt: skip
        return Table("days", self._("Day by day"), self._(definitions.CALLS), columns, rows)

    def hours(self) -> Table:
        """When reports come in."""
        rows = tuple((f"{hour:02d}:00", count) for hour, count in enumerate(self.contents.figures.hours))
        columns = (Column(self._("Hour"), Kind.TEXT), Column(self._("Received")))
        return Table("hours", self._("Hour by hour"), "", columns, rows)

    def nmcp(self) -> Table:
        """What lies with NMCP, and for how long."""
        flow = self.contents.figures.nmcp
        counts = " · ".join(f"{self._(title)} {_part(flow, part)}" for part, title in _titles())
        meaning = f"{self._(definitions.NMCP)} {counts}."
        return self._listed("nmcp", self._("Open matters for NMCP"), meaning, self.contents.figures.nmcp_open)

    def critical(self) -> Table:
        """What is critical and not solved."""
        figures = self.contents.figures
        meaning = self._(definitions.CRITICAL)
        if figures.critical_count > LISTED:
            more = self._("Only the first {count} are listed.").format(count=LISTED)
            meaning = f"{meaning} {more}"
        return self._listed("critical", self._("Critical and not solved"), meaning, figures.critical)

    def incidents(self) -> Table:
        """Incidents by the reports that belong to them."""
        rows = tuple((f"#{ticket}", count) for ticket, count in sorted(self.contents.figures.incidents.items()))
        columns = (Column(self._("Incident"), Kind.TEXT), Column(self._("Reports")))
        return Table("incidents", self._("Incidents"), self._(definitions.INCIDENTS), columns, rows)

    def register(self) -> Table:
        """The change register's new entries."""
        rows = tuple(
            (
                each.id, f"#{each.ticket_id}" if each.ticket_id else "", each.registered_at,
                _without_numbers(each.what), _without_numbers(each.gain), each.priority, each.needed_by,
                self._(definitions.CHANGES.get(each.state, each.state)),
            )
            for each in self.contents.wishes
        )  # fmt: skip
        columns = (
            Column(self._("Entry")), Column(self._("Ticket"), Kind.TEXT), Column(self._("Entered"), Kind.INSTANT),
            Column(self._("Wish"), Kind.TEXT), Column(self._("Gain"), Kind.TEXT), Column(self._("Priority"), Kind.TEXT),
            Column(self._("Needed by"), Kind.TEXT), Column(self._("State"), Kind.TEXT),
        )  # fmt: skip
        return Table("changes", self._("Change register"), self._(definitions.REGISTER), columns, rows)

    def faq(self) -> Table:
        """What the FAQ answered."""
        total, entries = self.contents.faq
        rows: list[tuple[Value, ...]] = []
        if total.hits:
            rows.append((self._("all"), total.hits, total.solved, total.unsolved))
        rows += [(self._question(each), each.hits, each.solved, each.unsolved) for each in entries]
        columns = (
            Column(self._("Question"), Kind.TEXT), Column(self._("Offered")), Column(self._("Solved")),
            Column(self._("Became a ticket")),
        )  # fmt: skip
        return Table("faq", self._("Answers of the FAQ"), self._(definitions.FAQ), columns, tuple(rows))

    def meanings(self) -> Table:
        """The definitions themselves."""
        pairs = [*definitions.PARTS.values(), (self._("Overdue"), definitions.OVERDUE), *definitions.MEASURES.values()]
        rows = tuple((self._(title), self._(meaning)) for title, meaning in pairs)
        columns = (Column(self._("Figure"), Kind.TEXT), Column(self._("Meaning"), Kind.TEXT))
        return Table("definitions", self._("What the figures mean"), "", columns, rows)

    def _category(self, key: Key) -> str:
        """A category's title."""
        known = self.campaign.categories.get(str(key))
        return words_in(known.title, self.voice.language) if known else str(key)

    def _breakdown(self, dimension: Dimension) -> tuple[str, str, Callable[[Key], str]]:
        """Title, head of the first column, and the words for its keys."""
        match dimension:
            case Dimension.CATEGORY:
                return self._("By category"), self._("Category"), self._category
            case Dimension.DISTRICT:
                return self._("By district"), self._("District"), self._district
            case Dimension.SEVERITY:
                return self._("By severity"), self._("Severity"), self._severity
            case Dimension.OWNER:
                return self._("By member of staff"), self._("Member of staff"), self._owner
            case Dimension.SOURCE:
                return self._("By way in"), self._("Way in"), self._source
            case Dimension.ALL:
                return self._("Together"), "", lambda _key: self._("all")

    def _listed(self, name: str, title: str, meaning: str, found: Iterable[Open]) -> Table:
        rows = tuple(
            (
                f"#{each.case.id}", self._severity(each.case.severity), self._district(each.case.district),
                self._category(each.case.category), each.case.opened_at, each.age,
                self._(definitions.STAGES.get(each.case.stage, definitions.STAGES["past"])),
                self._owner(each.case.owner_id),
            )
            for each in found
        )  # fmt: skip
        columns = (
            Column(self._("Ticket"), Kind.TEXT), Column(self._("Severity"), Kind.TEXT),
            Column(self._("District"), Kind.TEXT), Column(self._("Category"), Kind.TEXT),
            Column(self._("Since"), Kind.INSTANT), Column(self._("Age"), Kind.MINUTES),
            Column(self._("Stage"), Kind.TEXT), Column(self._("Member of staff"), Kind.TEXT),
        )  # fmt: skip
        return Table(name, title, meaning, columns, rows)

    def _(self, message: str) -> str:
        return self.voice.gettext(message)

    def _question(self, entry: FaqCounts) -> str:
        return entry.question_en if self.voice.language == "en" and entry.question_en else entry.question_pt

    def _district(self, key: Key) -> str:
        return str(key) if key else self._("not known")

    def _severity(self, key: Key) -> str:
        return self._("S{severity}").format(severity=key)

    def _owner(self, key: Key) -> str:
        return self.contents.owners.get(int(key), f"{key}") if key else self._("nobody")

    def _source(self, key: Key) -> str:
        return self._(definitions.SOURCES[str(key)]) if key in definitions.SOURCES else str(key)


def _titles() -> list[tuple[Part, str]]:
    return [(part, title) for part, (title, _) in definitions.PARTS.items()]


def _part(flow: Flow, part: Part) -> int:
    count: int = getattr(flow, part.value)
    return count


def _ordered(dimension: Dimension, figures: Figures) -> list[Key]:
    """The keys of a breakdown: severities in their order, all others with the most tickets first."""
    flows = figures.flows[dimension]
    if dimension is Dimension.SEVERITY:
        return sorted(flows, key=str)
    return sorted(flows, key=lambda key: (-flows[key].received, -flows[key].open, str(key)))


def _times(times: Times) -> tuple[Value, ...]:
    if not times.due:
        return times.done, times.median, times.p90, None, None, None
    return times.done, times.median, times.p90, times.due, times.within, times.share


def _quick(times: Times | None) -> tuple[Value, Value]:
    return (times.median, times.share) if times else (None, None)


def _without_numbers(text: str) -> str:
    """What somebody wrote, without telephone numbers: a report is passed on."""
    while found := find_in(text):
        text = found[1]
    return text
