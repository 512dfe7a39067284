"""Figures of the classifier on a labelled file: how often it is right, what it mistakes for what, how fast it is.

The shape of the figures is fixed: interfaces, "bridge classifier evaluate".
"""

import csv
import json
import math
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from . import Classification, classify
from .categories import Label

Row = tuple[str, Label]


class BadLabels(Exception):
    """A labelled file cannot be read; the sentence names the line and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """How one label fared; a figure without any case to count is 0."""

    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of one run."""

    n: int
    accuracy: float
    macro_f1: float
    """Mean f1 of the labels that occur, as truth or as answer."""
    labels: dict[Label, LabelFigures]
    confusion: dict[Label, dict[Label, int]]
    """How often a message of the first label was given the second."""
    median_us: float
    p99_us: float

    def as_json(self) -> str:
        """One JSON object with the keys n, accuracy, macro_f1, labels, confusion, median_us, p99_us."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def as_text(self) -> str:
        """The figures as a person reads them."""
        return "\n".join([*self._summary_lines(), "", *self._label_lines(), "", *self._confusion_lines()])

    def _summary_lines(self) -> list[str]:
        return [
            f"n          {self.n}",
            f"accuracy   {self.accuracy:.4f}",
            f"macro_f1   {self.macro_f1:.4f}",
            f"median_us  {self.median_us:.0f}",
            f"p99_us     {self.p99_us:.0f}",
        ]

    def _label_lines(self) -> list[str]:
        rows = [
            f"{label:<15}{figures.precision:>10.3f}{figures.recall:>8.3f}{figures.f1:>8.3f}{figures.support:>9}"
            for label, figures in self.labels.items()
        ]
        return [f"{'label':<15}{'precision':>10}{'recall':>8}{'f1':>8}{'support':>9}", *rows]

    def _confusion_lines(self) -> list[str]:
        heads = "".join(f"{label[:9]:>10}" for label in self.confusion)
        rows = [
            f"{label:<15}" + "".join(f"{count:>10}" for count in given.values())
            for label, given in self.confusion.items()
        ]
        return ["confusion (rows: true label, columns: given label)", " " * 15 + heads, *rows]


def read_labelled(path: Path) -> list[Row]:
    """The texts and labels of a CSV file with the columns `text,label`; further columns are ignored.

    Raises BadLabels when the file, a column or a label is not there.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = csv.DictReader(lines)
            if not {"text", "label"} <= set(rows.fieldnames or ()):
                raise BadLabels(f"{path.name}: needs the columns text and label")
            return [(row["text"] or "", _label(row["label"], f"{path.name}:{rows.line_num}")) for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadLabels(f"{path.name}: cannot be read as a UTF-8 CSV file") from error


def _label(written: str | None, where: str) -> Label:
    """A label as written in a file; `where` names the line in the error."""
    try:
        return Label((written or "").strip())
    except ValueError as error:
        raise BadLabels(f"{where}: {written!r} is not one of {', '.join(Label)}") from error


def evaluate(
    rows: Iterable[Row],
    judge: Callable[[str], Classification] = classify,
    timer: Callable[[], int] = time.perf_counter_ns,
) -> Evaluation:
    """The figures of `judge` on labelled `rows`; `timer` counts nanoseconds. Raises ValueError without rows."""
    rows = list(rows)
    if not rows:
        raise ValueError("nothing to evaluate: no labelled rows")
    judge(rows[0][0])  # the first question loads the model; what is timed is the service after that
    pairs: Counter[tuple[Label, Label]] = Counter()
    durations: list[float] = []
    for text, label in rows:
        started = timer()
        given = judge(text).label
        durations.append((timer() - started) / 1000)
        pairs[label, given] += 1
    figures = {label: _figures(label, pairs) for label in Label}
    occurring = {label for pair in pairs for label in pair}
    return Evaluation(
        n=len(rows),
        accuracy=sum(count for (label, given), count in pairs.items() if label == given) / len(rows),
        macro_f1=statistics.fmean(figures[label].f1 for label in occurring),
        labels=figures,
        confusion={label: {given: pairs[label, given] for given in Label} for label in Label},
        median_us=statistics.median(durations),
        p99_us=sorted(durations)[math.ceil(0.99 * len(durations)) - 1],
    )


def _figures(label: Label, pairs: Counter[tuple[Label, Label]]) -> LabelFigures:
    """Precision, recall and f1 of one label from the counts of (true, given)."""
    right = pairs[label, label]
    support = sum(pairs[label, given] for given in Label)
    given_so = sum(pairs[other, label] for other in Label)
    precision = right / given_so if given_so else 0.0
    recall = right / support if support else 0.0
    f1 = 2 * right / (support + given_so) if support + given_so else 0.0
    return LabelFigures(precision, recall, f1, support)
