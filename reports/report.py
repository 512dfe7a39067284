"""The helpdesk's performance report: reads the tickets of a period once and writes every file of it."""

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine

from campaign import Campaign, words_in
from desk.calendar import Calendar
from locales import Voice
from reports.comma_files import Lines, comma_file, write_table
from reports.figures import Tally
from reports.listing import Listing
from reports.page import write_page
from reports.periods import Period
from reports.plots import Plots
from reports.tables import Contents, Tables
from reports.workbook import write_workbook
from store.statistics import cases, faq_counts, owner_names, snapshot, wishes

PAGE, WORKBOOK, TICKETS = "report.html", "report.xlsx", "tickets.csv"


@dataclass(frozen=True, slots=True)
class Reporter:
    """Makes reports for a campaign, in a language. `reader` is an engine of `store.base.reader_of`."""

    reader: Engine
    campaign: Campaign
    calendar: Calendar
    voice: Voice

    def write(self, period: Period, folder: Path) -> list[Path]:
        """Write the report of a period into a folder that is there; answers its files, the page first.

        Files of an earlier report are written over. Raises OSError when one cannot be written.
        """
        with ExitStack() as stack:
            connection = stack.enter_context(snapshot(self.reader))
            listing = Listing(self.campaign, self.voice, owner_names(connection), period)
            lines = stack.enter_context(comma_file(folder / TICKETS, listing.columns(), self.voice))
            contents = self._contents(connection, period, listing, lines)
        tables = Tables(contents, self.campaign, self.voice)
        everything = tables.all()
        desk = words_in(self.campaign.desk, self.voice.language)
        write_page(everything, Plots(tables).all(), contents.figures, folder / PAGE, self.voice, desk)
        write_workbook(everything, folder / WORKBOOK, self.voice)
        for table in everything:
            write_table(table, folder / f"{table.key}.csv", self.voice)
        names = (PAGE, WORKBOOK, TICKETS, *(f"{table.key}.csv" for table in everything))
        return [folder / name for name in names]

    def _contents(self, connection: Connection, period: Period, listing: Listing, lines: Lines) -> Contents:
        """Count every ticket, and list it while it is at hand."""
        tally = Tally(period, self.calendar, self.campaign.rules.targets)
        for case in cases(connection, period.start, period.as_of):
            tally.add(case)
            if (row := listing.row(case)) is not None:
                lines.add(row)
        start, end = period.start, period.as_of
        return Contents(tally.figures(), listing.owners, faq_counts(connection), wishes(connection, start, end))
