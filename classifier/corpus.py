"""The labelled examples on disk, and the key that names what is trained from them.

Fingerprinting covers everything a trained model depends on: examples, concepts, this package's code, libraries.
"""

import csv
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from .categories import Label

EXAMPLES = Path(__file__).with_name("examples")
_LIBRARIES = ("numpy", "scipy", "scikit-learn")


class BadExamples(Exception):
    """An examples file cannot be used; the sentence says which line and why."""


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled message; `language` is pt, en or mixed."""

    text: str
    label: Label
    language: str


def read_examples(folder: Path = EXAMPLES) -> tuple[Example, ...]:
    """All examples of `folder`, one file `<label>.csv` per label, in a fixed order.

    Raises BadExamples when a file is missing, has other columns than `text,lang`, or has an empty text.
    """
    return tuple(example for label in Label for example in _read_file(folder / f"{label}.csv", label))


def _read_file(path: Path, label: Label) -> list[Example]:
    """The examples of one label."""
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            rows = csv.DictReader(lines)
            if rows.fieldnames != ["text", "lang"]:
                raise BadExamples(f"{path.name}: the columns must be text,lang")
            return [_example(row, label, where=f"{path.name}:{rows.line_num}") for row in rows]
    except OSError as error:
        raise BadExamples(f"{path.name}: cannot be read") from error


def _example(row: dict[str, str], label: Label, *, where: str) -> Example:
    """One row as an example; `where` names it in an error."""
    if not (row["text"] or "").strip() or row["lang"] not in {"pt", "en", "mixed"}:
        raise BadExamples(f"{where}: needs a text and one of pt, en, mixed")
    return Example(row["text"], label, row["lang"])


@lru_cache(maxsize=8)
def fingerprint(folder: Path = EXAMPLES) -> str:
    """A name for the model trained from `folder`: changes when anything it is made from changes."""
    package = Path(__file__).parent
    digest = hashlib.sha256()
    for path in (*sorted(package.glob("*.py")), *sorted(package.glob("*.csv")), *sorted(folder.glob("*.csv"))):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    digest.update(" ".join(f"{library}={version(library)}" for library in _LIBRARIES).encode())
    return digest.hexdigest()[:24]
