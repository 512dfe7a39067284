"""The trained text model: linear scores over the views of a message, and its file on disk.

It is frozen arrays and needs only NumPy: how it is trained is `training`'s business, imported when there is no file.
"""

import logging
import tempfile
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .categories import Label
from .corpus import EXAMPLES, fingerprint, read_examples
from .features import BLOCKS, views

log = logging.getLogger(__name__)

LABELS = tuple(Label)
_FORMAT = 1
Floats = NDArray[np.float32]


class DamagedModel(Exception):
    """A model file is unreadable or not of this format; it is built again."""


@dataclass(frozen=True, slots=True)
class Block:
    """One view's part of the model: its features, how rare they are, and their weight for each label."""

    terms: dict[str, int]
    rarity: Floats
    weights: Floats
    """Shape (features, labels); how much the block counts is already in it."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores of a message for each label, softened by a temperature so that confidence is a probability."""

    blocks: tuple[Block, ...]
    bias: Floats
    temperature: float

    def probabilities(self, text: str) -> NDArray[np.float64]:
        """The probability of each of `LABELS`, in that order; they add up to one."""
        scores = self.scores(views(text)) / self.temperature
        odds = np.exp(scores - scores.max())
        return np.asarray(odds / odds.sum(), dtype=np.float64)

    def scores(self, seen: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """The raw score of each label for the views of a message."""
        total = self.bias.astype(np.float64)
        for block, terms in zip(self.blocks, seen, strict=True):
            rows, values = _weighed(block, terms)
            total += values @ block.weights[rows]
        return total

    def word_weights(self, text: str, label: Label) -> list[tuple[str, float]]:
        """The known words and pairs of words in `text`, each with how much it speaks for `label`, in reading order."""
        block, at = self.blocks[0], LABELS.index(label)
        terms = list(dict.fromkeys(term for term in views(text)[0] if term in block.terms))
        rows, values = _weighed(block, terms)
        gained = values * (block.weights[rows, at] - block.weights[rows].mean(axis=1))
        return list(zip(terms, gained.tolist(), strict=True))


def _weighed(block: Block, terms: Sequence[str]) -> tuple[NDArray[np.intp], Floats]:
    """Rows of the features that occur, and their values: log of the count, by rarity, of length one together."""
    counts = Counter(map(block.terms.get, terms))
    counts.pop(None, None)
    rows = np.fromiter(counts, dtype=np.intp, count=len(counts))
    values = (1 + np.log(np.fromiter(counts.values(), dtype=np.float32, count=len(counts)))) * block.rarity[rows]
    length = np.sqrt(values @ values)
    return rows, values / length if length else values


def default_cache() -> Path | None:
    """The folder for trained models of the person or service that runs the program; None when it has no home."""
    try:
        return Path.home() / ".cache" / "salama-helpdesk-bridge"
    except RuntimeError:
        return None


def load_or_train(cache: Path | None, examples: Path = EXAMPLES) -> LinearModel:
    """The model for `examples`: read from the folder `cache` when it is there and whole, else trained and kept there.

    Without a folder, or when it cannot be written, the model is trained for this process alone.
    """
    path = cache / f"classifier-{fingerprint(examples)}.npz" if cache else None
    if path and path.exists():
        try:
            return read_model(path)
        except DamagedModel:
            log.warning("classifier_cache_damaged", extra={"file": path.name})
    from .training import train  # scikit-learn takes a second to import, and only training needs it

    model = train(read_examples(examples))
    if path:
        _keep(model, path)
    return model


def _keep(model: LinearModel, path: Path) -> None:
    """Write the file if the folder allows it; a classifier without a cache is slow to start, not wrong."""
    try:
        write_model(model, path)
    except OSError as error:
        log.warning("classifier_cache_unwritable", extra={"error": type(error).__name__})


def write_model(model: LinearModel, path: Path) -> None:
    """Write `model` to `path` in one step: a reader, or a second writer, sees a whole file or none."""
    arrays: dict[str, NDArray[np.generic]] = {
        "format": np.array([_FORMAT]),
        "bias": model.bias,
        "temperature": np.array([model.temperature]),
    }
    for name, block in zip(BLOCKS, model.blocks, strict=True):
        arrays[f"{name}_terms"] = np.frombuffer("\n".join(block.terms).encode(), dtype=np.uint8)
        arrays[f"{name}_rarity"] = block.rarity
        arrays[f"{name}_weights"] = block.weights
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.stem, suffix=".part", delete=False) as part:
        try:
            np.savez(part, **arrays)  # type: ignore[arg-type]
        except BaseException:
            Path(part.name).unlink(missing_ok=True)
            raise
    Path(part.name).replace(path)


def read_model(path: Path) -> LinearModel:
    """The model in the file `path`. Raises DamagedModel when it is not a whole file of this format."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            if arrays["format"].tolist() != [_FORMAT]:
                raise DamagedModel(path.name)
            blocks = tuple(_read_block(arrays, name) for name in BLOCKS)
            return LinearModel(blocks, arrays["bias"], float(arrays["temperature"][0]))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise DamagedModel(path.name) from error


def _read_block(arrays: "np.lib.npyio.NpzFile", name: str) -> Block:
    """One block of a model file; its three arrays must fit together."""
    terms = arrays[f"{name}_terms"].tobytes().decode().split("\n")
    rarity, weights = arrays[f"{name}_rarity"], arrays[f"{name}_weights"]
    if rarity.shape != (len(terms),) or weights.shape != (len(terms), len(LABELS)):
        raise ValueError(f"block {name} does not fit together")
    return Block({term: row for row, term in enumerate(terms)}, rarity, weights)
