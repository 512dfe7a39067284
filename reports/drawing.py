"""Draws with matplotlib: one look for all plots, one drawing at a time, loaded only when something is drawn."""

import io
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, FAINT = "#22302c", "#c9d3cf"
_LOOK: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: small, sharp, and in the reader's own font
    "svg.hashsalt": "salama",
    "font.family": ["DejaVu Sans", "sans-serif"],
    "axes.edgecolor": FAINT,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
}
_one_at_a_time = threading.Lock()  # the look is a setting of the whole process while something is drawn


def draw(
    paint: Callable[["Figure"], None],
    *,
    size_in: tuple[float, float],
    kind: Literal["svg", "png"],
    font: float = 9.0,
    dpi: int = 100,
) -> bytes:
    """What `paint` puts on an empty sheet of this size (inches), as a file; the same twice for the same figures."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    nothing = {"svg": dict.fromkeys(("Date", "Creator", "Format", "Type")), "png": {"Software": None}}
    file = io.BytesIO()
    with _one_at_a_time, mpl.rc_context(_LOOK | {"font.size": font}):
        sheet = Figure(figsize=size_in, layout="constrained")
        paint(sheet)
        sheet.savefig(file, format=kind, dpi=dpi, metadata=nothing[kind])
    return file.getvalue()


def quiet(axes: "Axes", *, grid: Literal["x", "y"]) -> None:
    """Take away what says nothing: ticks, and all lines but faint ones across the bars."""
    axes.tick_params(length=0)
    axes.grid(axis=grid, color=FAINT, linewidth=0.6)
    axes.set_axisbelow(True)
