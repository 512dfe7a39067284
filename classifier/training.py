"""Trains the model: noisy copies of the examples, a linear separator per label, a temperature for the confidence.

The only module that knows scikit-learn; what it returns needs NumPy alone.
"""

from collections.abc import Sequence
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

from .categories import Label
from .corpus import Example
from .features import BLOCKS, views
from .model import LABELS, Block, LinearModel
from .noise import variants

COPIES = 2
FOLDS = 3
# An example and its copies share their oddities; a feature counts once a second example has it.
_RAREST = COPIES + 2
BLOCK_WEIGHTS = {"words": 0.8, "chars": 1.0, "concepts": 1.0, "focus": 1.0}
_Views = tuple[list[str], ...]


def train(examples: Sequence[Example], copies: int = COPIES) -> LinearModel:
    """The model of `examples`; the same examples give the same model."""
    seen, labels, groups = _with_noise(examples, copies)
    union = FeatureUnion(_vectorisers(), transformer_weights=BLOCK_WEIGHTS)
    matrix = union.fit_transform(seen).tocsr()
    temperature = _temperature(*_held_out_scores(matrix, labels, groups))
    return _frozen(union, _judge().fit(matrix, labels), temperature)


def _with_noise(examples: Sequence[Example], copies: int) -> tuple[list[_Views], NDArray[np.intp], NDArray[np.intp]]:
    """Views of each example and its noisy copies, their labels, and which example each stems from."""
    seen: list[_Views] = []
    labels: list[int] = []
    groups: list[int] = []
    for group, example in enumerate(examples):
        is_english = example.language == "en"
        is_report = example.label is not Label.CHITCHAT
        noisy = variants(example.text, copies, is_english=is_english, is_report=is_report)
        for text in (example.text, *noisy):
            seen.append(views(text))
            labels.append(LABELS.index(example.label))
            groups.append(group)
    return seen, np.array(labels), np.array(groups)


def _vectorisers() -> list[tuple[str, TfidfVectorizer]]:
    """One word list per view: how often a feature occurs, by how rare it is."""
    return [
        (name, TfidfVectorizer(analyzer=itemgetter(at), sublinear_tf=True, min_df=_RAREST, dtype=np.float32))
        for at, name in enumerate(BLOCKS)
    ]


def _judge() -> LinearSVC:
    """One linear separator per label, before it has seen anything."""
    return LinearSVC(C=0.3, random_state=0)


def _held_out_scores(
    matrix: csr_matrix, labels: NDArray[np.intp], groups: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """Scores of each example by a separator that saw neither it nor its copies, and its label."""
    firsts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    scores = np.zeros((len(firsts), len(LABELS)))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for kept, held_out in folds.split(firsts, labels[firsts]):
        known = np.isin(groups, kept)
        scores[held_out] = _judge().fit(matrix[known], labels[known]).decision_function(matrix[firsts[held_out]])
    return scores, labels[firsts]


def _temperature(scores: NDArray[np.float64], labels: NDArray[np.intp]) -> float:
    """The divisor of the scores under which the held-out labels are most likely."""
    candidates = np.geomspace(0.05, 5.0, 93)
    losses = []
    for temperature in candidates:
        scaled = scores / temperature
        scaled -= scaled.max(axis=1, keepdims=True)
        log_total = np.log(np.exp(scaled).sum(axis=1))
        losses.append(float((log_total - scaled[np.arange(len(labels)), labels]).mean()))
    return float(candidates[int(np.argmin(losses))])


def _frozen(union: FeatureUnion, judge: LinearSVC, temperature: float) -> LinearModel:
    """What was fitted, as arrays: the weight of each view goes into its features' weights."""
    blocks = []
    start = 0
    for name, vectoriser in union.transformer_list:
        terms = vectoriser.get_feature_names_out().tolist()
        weights = judge.coef_[:, start : start + len(terms)].T * BLOCK_WEIGHTS[name]
        blocks.append(
            Block(
                {term: row for row, term in enumerate(terms)},
                np.ascontiguousarray(vectoriser.idf_, dtype=np.float32),
                np.ascontiguousarray(weights, dtype=np.float32),
            )
        )
        start += len(terms)
    return LinearModel(tuple(blocks), judge.intercept_.astype(np.float32), temperature)
