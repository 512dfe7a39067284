"""The report's plots: what came and ended, by day, category and district, when it comes in, what kept its target."""

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports import definitions
from reports.cases import Measure
from reports.drawing import draw, quiet
from reports.figures import Dimension, Part
from reports.table import Table
from reports.tables import Tables

if TYPE_CHECKING:
    from matplotlib.figure import Figure

COLOURS = {
    Part.RECEIVED: "#5b8fd6", Part.RESOLVED: "#2c8a6b", Part.REJECTED: "#a5633b", Part.OTHERWISE: "#a9b4b0",
    Part.OPEN: "#e0b23c",
}  # fmt: skip
"""They differ in brightness, too, for printers and eyes that see no colours."""
SEVERITIES = {1: "#8f2d2d", 2: "#cf6d3c", 3: "#e0b23c", 4: "#a9b4b0"}
ENDS = (Part.RESOLVED, Part.REJECTED, Part.OTHERWISE, Part.OPEN)
MOST_BARS = 12
_WIDTH_IN = 3.9
"""A phone's width: drawn at about its own size there, text stays as large as the text around it."""


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing as SVG, its title, and what it says to those who do not see it."""

    title: str
    words: str
    svg: bytes


class Plots:
    """Draws the plots of a report."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._figures = tables.contents.figures
        self._ = tables.voice.gettext

    def all(self) -> list[Plot]:
        """Every plot; none of an empty period."""
        flow = self._figures.total
        if not flow.carried + flow.received:
            return []
        _ = self._
        by_category = self._tables.flows(Dimension.CATEGORY)
        by_district = self._tables.flows(Dimension.DISTRICT)
        return [
            self._plot(_("Received and resolved, day by day"), self._tables.days(), self._days, 2.3),
            self._plot(_("When reports come in"), self._tables.hours(), self._hours, 2.3),
            self._plot(_("By category"), by_category, lambda sheet: self._ends(sheet, by_category), _tall(by_category)),
            self._plot(_("In time, by severity"), self._tables.times(), self._shares, 2.8),
            self._plot(_("By district"), by_district, lambda sheet: self._ends(sheet, by_district), _tall(by_district)),
        ]

    def _plot(self, title: str, table: Table, paint: Callable[["Figure"], None], height_in: float) -> Plot:
        words = self._("The figures are in the table «{table}».").format(table=table.title)
        return Plot(title, f"{title}. {words}", draw(paint, size_in=(_WIDTH_IN, height_in), kind="svg"))

    def _days(self, sheet: "Figure") -> None:
        from matplotlib.ticker import MaxNLocator

        axes = sheet.subplots()
        days = self._figures.days
        places = range(len(days))
        for part, shift in ((Part.RECEIVED, -0.2), (Part.RESOLVED, 0.2)):
            heights = [getattr(day, part.value) for day in days.values()]
            title = self._(definitions.PARTS[part][0])
            axes.bar([place + shift for place in places], heights, 0.38, color=COLOURS[part], label=title)
        step = max(1, -(-len(days) // 8))
        axes.set_xticks(list(places)[::step], [f"{day:%d/%m}" for day in days][::step])
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        quiet(axes, grid="y")
        sheet.legend(loc="outside upper left", ncols=2, frameon=False)

    def _ends(self, sheet: "Figure", table: Table) -> None:
        """One bar for each row, in parts by how the tickets ended."""
        from matplotlib.ticker import MaxNLocator

        axes = sheet.subplots()
        rows = self._shortened(table)
        names = [_folded(name) for name, _ in rows]
        left = [0] * len(rows)
        for part in ENDS:
            widths = [counts[part] for _, counts in rows]
            title = self._(definitions.PARTS[part][0])
            axes.barh(range(len(rows)), widths, 0.66, left=left, color=COLOURS[part], label=title)
            left = [start + width for start, width in zip(left, widths, strict=True)]
        for place, end in enumerate(left):
            axes.annotate(str(end), (end, place), (3, 0), textcoords="offset points", va="center", fontsize=8)
        axes.set_yticks(range(len(rows)), names)
        axes.invert_yaxis()
        axes.margins(x=0.08)
        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        quiet(axes, grid="x")
        sheet.legend(loc="outside upper left", ncols=2, frameon=False)

    def _shortened(self, table: Table) -> list[tuple[str, dict[Part, int]]]:
        """The rows with most tickets, and all others as one."""
        rows = [(str(row[0]), dict(zip(Part, map(_count, row[1:]), strict=True))) for row in table.rows]
        if len(rows) <= MOST_BARS:
            return rows
        rest = rows[MOST_BARS - 1 :]
        together = {part: sum(counts[part] for _, counts in rest) for part in Part}
        return [*rows[: MOST_BARS - 1], (self._("{count} others").format(count=len(rest)), together)]

    def _shares(self, sheet: "Figure") -> None:
        """For each severity and measure, the part that kept its target."""
        axes = sheet.subplots()
        measures = (Measure.CLAIM, Measure.WORD, Measure.RESTORE)
        for place, measure in enumerate(measures):
            for number, severity in enumerate((1, 2, 3, 4)):
                times = self._figures.times.get((measure, severity))
                if times is None or times.share is None:
                    continue
                at = place + (number - 1.5) * 0.2
                label = self._("S{severity}").format(severity=severity) if measure is Measure.CLAIM else None
                axes.barh(at, times.share * 100, 0.18, color=SEVERITIES[severity], label=label)
                axes.annotate(
                    f"{times.share:.0%}", (times.share * 100, at), (2, 0), textcoords="offset points", va="center",
                    fontsize=7,
                )  # fmt: skip
        axes.set_yticks(range(len(measures)), [_folded(self._(definitions.MEASURES[each][0])) for each in measures])
        axes.invert_yaxis()
        axes.set_xlim(0, 112)
        axes.set_xticks([0, 25, 50, 75, 100], [f"{each}%" for each in (0, 25, 50, 75, 100)])
        quiet(axes, grid="x")
        if axes.get_legend_handles_labels()[0]:
            sheet.legend(loc="outside upper left", ncols=4, frameon=False)

    def _hours(self, sheet: "Figure") -> None:
        from matplotlib.ticker import MaxNLocator

        axes = sheet.subplots()
        axes.bar(range(24), self._figures.hours, 0.8, color=COLOURS[Part.RECEIVED])
        axes.set_xticks(range(0, 24, 3), [f"{hour:02d}h" for hour in range(0, 24, 3)])
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        quiet(axes, grid="y")


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def _tall(table: Table) -> float:
    """How tall a drawing with a bar for each row is, in inches."""
    return 0.9 + 0.29 * min(MOST_BARS, max(3, len(table.rows)))


def _folded(text: str, width: int = 16) -> str:
    """A label on at most two lines, so that the bars keep their room."""

    return "\n".join(textwrap.wrap(text, width, max_lines=2, placeholder="…"))
