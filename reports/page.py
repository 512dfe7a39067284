"""The report as one page that needs nothing else: readable on a phone, and on paper."""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from locales import Voice
from reports.cells import instant, shown
from reports.definitions import PARTS
from reports.figures import Figures, Part
from reports.plots import Plot
from reports.table import Kind, Table

_templates = Environment(loader=PackageLoader("reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True)


@dataclass(frozen=True, slots=True)
class Tile:
    """One of the figures that stand large at the top."""

    count: int
    words: str
    look: str


def write_page(
    tables: Sequence[Table], plots: Sequence[Plot], figures: Figures, path: Path, voice: Voice, desk: str
) -> None:
    """Write the page; `desk` is the helpdesk's name in the page's language."""
    page = _templates.get_template("report.html").render(
        language=voice.language,
        title=title(figures, voice, desk),
        made=voice.gettext("As things stood on {instant}").format(instant=instant(figures.period.as_of, voice)),
        tiles=_tiles(figures, voice),
        plots=[(plot, b64encode(plot.svg).decode("ascii")) for plot in plots],
        tables=[table for table in tables if table.rows],
        empty=_empty(tables, voice),
        foot=voice.gettext(
            "Clock times are those of {zone}. The report holds no names and no numbers of reporters."
        ).format(zone=voice.zone.key),
        shown=lambda value, kind: shown(value, kind, voice),
        words=Kind.TEXT,
    )
    path.write_text(page, "utf-8")


def title(figures: Figures, voice: Voice, desk: str) -> str:
    """What the report is about."""
    first, last = figures.period.start, figures.period.end - timedelta(microseconds=1)
    return voice.gettext("{desk}: report from {first} to {last}").format(
        desk=desk, first=f"{voice.local(first):%d/%m/%Y}", last=f"{voice.local(last):%d/%m/%Y}"
    )


def _empty(tables: Sequence[Table], voice: Voice) -> str:
    """Which tables have no rows and are left out."""
    titles = "; ".join(table.title for table in tables if not table.rows)
    return voice.gettext("Nothing in this period: {titles}.").format(titles=titles) if titles else ""


def _tiles(figures: Figures, voice: Voice) -> list[Tile]:
    _, total = voice.gettext, figures.total
    return [
        Tile(total.received, _(PARTS[Part.RECEIVED][0]), Part.RECEIVED),
        Tile(total.resolved, _(PARTS[Part.RESOLVED][0]), Part.RESOLVED),
        Tile(total.open, _(PARTS[Part.OPEN][0]), Part.OPEN),
        Tile(figures.overdue, _("Overdue"), "late" if figures.overdue else "calm"),
        Tile(figures.critical_count, _("Critical or put off"), "late" if figures.critical_count else "calm"),
        Tile(figures.nmcp.open, _("Open for NMCP"), "calm"),
    ]
