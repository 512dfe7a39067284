"""Judges what a message is about: `classify(text)` gives label, scope, confidence and what spoke for it."""

import threading
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from .categories import Label, Scope
from .language import Language, language_of

if TYPE_CHECKING:
    from .model import LinearModel

__all__ = ["Classification", "Classifier", "Label", "Scope", "classify", "language_of", "warm_up"]

_EVIDENCE = 4


@dataclass(frozen=True, slots=True)
class Classification:
    """The judgement of one message."""

    label: Label
    scope: Scope
    confidence: float
    """The probability, 0 to 1, that `label` is right."""
    ranking: tuple[tuple[Label, float], ...]
    """Every label with its probability, most likely first."""
    language: Language | None
    evidence: tuple[str, ...]
    """Up to four words or pairs of words of the message that spoke most for `label`."""


class Classifier:
    """A classifier that loads its model at the first question; any number of threads may ask at once."""

    def __init__(self, cache: Path | None = None, examples: Path | None = None, *, keep: bool = True) -> None:
        """Use the folder `cache` for the trained model (default: below the user's cache folder; none if not `keep`)."""
        self._cache, self._examples, self._keep = cache, examples, keep
        self._lock = threading.Lock()
        self._model: LinearModel | None = None
        self._ranking = lru_cache(maxsize=512)(self._ranked)  # a report is judged when it comes and when it is filed

    def classify(self, text: str, *, explains: bool = True) -> Classification:
        """What `text` is about; every text, the empty one too, gets a label."""
        from .scope import scope_of

        ranking = self._ranking(text)
        label, confidence = ranking[0]
        return Classification(
            label=label,
            scope=scope_of(text, label),
            confidence=confidence,
            ranking=ranking,
            language=language_of(text),
            evidence=_evidence(self._loaded(), text, label) if explains else (),
        )

    def _ranked(self, text: str) -> tuple[tuple[Label, float], ...]:
        probabilities = self._loaded().probabilities(text).tolist()
        return tuple(sorted(zip(Label, probabilities, strict=True), key=itemgetter(1), reverse=True))

    def warm_up(self) -> None:
        """Load the model, or train and keep it, so that the first message is not slow."""
        self._loaded()

    def _loaded(self) -> "LinearModel":
        """The model, loaded once; those who ask meanwhile wait for it."""
        if self._model is None:
            with self._lock:
                if self._model is None:
                    self._model = self._load()
        return self._model

    def _load(self) -> "LinearModel":
        """The model from the cache or from the examples."""
        from .corpus import EXAMPLES
        from .model import default_cache, load_or_train

        return load_or_train((self._cache or default_cache()) if self._keep else None, self._examples or EXAMPLES)


_default = Classifier()


def classify(text: str) -> Classification:
    """What `text` is about, by the classifier that ships with the product."""
    return _default.classify(text)


def warm_up() -> None:
    """Load the classifier that ships with the product."""
    _default.warm_up()


def _evidence(model: "LinearModel", text: str, label: Label) -> tuple[str, ...]:
    """The words that spoke most for `label`, strongest first; a pair only if its words are not named already."""
    spoken: list[str] = []
    for term, _ in sorted(model.word_weights(text, label), key=lambda pair: -pair[1])[: 3 * _EVIDENCE]:
        words = set(term.split()) - {"<", ">"}
        if words and not any(words & set(other.split()) for other in spoken):
            spoken.append(" ".join(word for word in term.split() if word not in {"<", ">"}))
    return tuple(spoken[:_EVIDENCE])
