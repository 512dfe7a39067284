"""The digest's picture: four numbers and seven days, to be read on a small phone."""

from datetime import date
from typing import TYPE_CHECKING

from intake.facts import HelpdeskSummed
from locales import Voice
from reports.definitions import PARTS
from reports.drawing import INK, draw, quiet
from reports.figures import Part
from reports.plots import COLOURS, SEVERITIES

if TYPE_CHECKING:
    from matplotlib.figure import Figure, SubFigure

_SIZE_IN, _DPI = (6.0, 6.0), 120
"""720 by 720 points: sharp on a small phone, and a fraction of what WhatsApp takes."""
_LATE = "#8f2d2d"


def digest_png(summed: HelpdeskSummed, voice: Voice, desk: str) -> bytes:
    """The picture as a PNG of less than 200 kB; `desk` is what the helpdesk is called in its title."""
    return draw(lambda sheet: _paint(sheet, summed, voice, desk), size_in=_SIZE_IN, kind="png", font=15, dpi=_DPI)


def _paint(sheet: "Figure", summed: HelpdeskSummed, voice: Voice, desk: str) -> None:
    _ = voice.gettext
    when = {"day": voice.day(summed.at), "time": voice.clock(summed.at)}
    title = _("{desk}, {day} at {time}").format(desk=desk, **when)
    sheet.suptitle(title, fontsize=17, fontweight="bold", color=INK, x=0.03, ha="left")
    grid = sheet.add_gridspec(3, 1, height_ratios=(1.25, 0.75, 2.2))
    for row, paint in enumerate((_numbers, _severities, _days)):
        paint(sheet.add_subfigure(grid[row]), summed, voice)


def _numbers(part: "SubFigure", summed: HelpdeskSummed, voice: Voice) -> None:
    _, counts = voice.gettext, summed.counts
    shown = (
        (counts["open"], _(PARTS[Part.OPEN][0]), INK),
        (counts["resolved"], _(PARTS[Part.RESOLVED][0]), COLOURS[Part.RESOLVED]),
        (counts["overdue"], _("Overdue"), _LATE if counts["overdue"] else INK),
        (counts["nmcp"], _("At NMCP"), INK),
    )
    for place, (count, words, colour) in enumerate(shown):
        middle = (place + 0.5) / len(shown)
        part.text(middle, 0.62, str(count), ha="center", va="center", fontsize=40, fontweight="bold", color=colour)
        part.text(middle, 0.16, words, ha="center", va="center", fontsize=15)


def _severities(part: "SubFigure", summed: HelpdeskSummed, voice: Voice) -> None:
    """The open tickets in one bar, by severity."""
    axes = part.subplots()
    axes.set_axis_off()
    left, total = 0, sum(summed.severities)
    for severity, count in enumerate(summed.severities, 1):
        if not count:
            continue
        axes.barh(0, count, 0.8, left=left, color=SEVERITIES[severity])
        name = voice.gettext("S{severity}").format(severity=severity)
        label = f"{name}: {count}" if count >= 0.13 * total else f"{name}\n{count}" if count >= 0.06 * total else ""
        axes.text(left + count / 2, 0, label, ha="center", va="center", color="white" if severity < 3 else INK)
        left += count
    axes.set_xlim(0, total or 1)


def _days(part: "SubFigure", summed: HelpdeskSummed, voice: Voice) -> None:
    from matplotlib.ticker import MaxNLocator

    _ = voice.gettext
    axes = part.subplots()
    places = range(len(summed.days))
    for at, kind in enumerate((Part.RECEIVED, Part.RESOLVED)):
        heights = [int(day[1 + at]) for day in summed.days]
        axes.bar(
            [place + 0.4 * at - 0.2 for place in places], heights, 0.38, color=COLOURS[kind], label=_(PARTS[kind][0])
        )
    axes.set_xticks(list(places), [f"{date.fromisoformat(str(day[0])):%d/%m}" for day in summed.days])
    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    quiet(axes, grid="y")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False, borderaxespad=0)
