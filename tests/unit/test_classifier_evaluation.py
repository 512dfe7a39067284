"""The figures of an evaluation, reckoned by hand on a small file."""

import itertools
import json
from pathlib import Path

import pytest

from classifier import Classification, Label, Scope
from classifier.evaluation import BadLabels, Evaluation, evaluate, read_labelled

ROWS = [
    ("a", Label.TECHNICAL),
    ("b", Label.TECHNICAL),
    ("c", Label.TECHNICAL),
    ("d", Label.SECURITY),
]
ANSWERS = {"a": Label.TECHNICAL, "b": Label.TECHNICAL, "c": Label.SECURITY, "d": Label.SECURITY}


def judge(text: str) -> Classification:
    """Answers from the table above."""
    return Classification(ANSWERS[text], Scope.HELPDESK, 1.0, ((ANSWERS[text], 1.0),), None, ())


@pytest.fixture
def figures() -> Evaluation:
    """The figures of `ROWS`, with a clock that makes every message take 3 microseconds."""
    return evaluate(ROWS, judge, timer=itertools.count(step=3_000).__next__)


def test_accuracy_and_macro_f1_are_those_reckoned_by_hand(figures: Evaluation) -> None:
    assert figures.n == 4
    assert figures.accuracy == pytest.approx(3 / 4)
    assert figures.macro_f1 == pytest.approx((4 / 5 + 2 / 3) / 2)


def test_each_label_has_its_own_figures(figures: Evaluation) -> None:
    technical, security = figures.labels[Label.TECHNICAL], figures.labels[Label.SECURITY]
    assert (technical.precision, technical.support) == (1.0, 3)
    assert technical.recall == pytest.approx(2 / 3)
    assert (security.precision, security.recall, security.support) == (0.5, 1.0, 1)
    assert figures.labels[Label.CHITCHAT].f1 == 0.0


def test_the_confusion_counts_true_against_given(figures: Evaluation) -> None:
    assert figures.confusion[Label.TECHNICAL][Label.SECURITY] == 1
    assert figures.confusion[Label.SECURITY][Label.TECHNICAL] == 0
    assert sum(sum(given.values()) for given in figures.confusion.values()) == 4


def test_times_are_in_microseconds(figures: Evaluation) -> None:
    assert (figures.median_us, figures.p99_us) == (3.0, 3.0)


def test_json_has_exactly_the_promised_keys(figures: Evaluation) -> None:
    read = json.loads(figures.as_json())
    assert list(read) == ["n", "accuracy", "macro_f1", "labels", "confusion", "median_us", "p99_us"]
    assert set(read["labels"]["technical"]) == {"precision", "recall", "f1", "support"}
    assert read["confusion"]["technical"]["security"] == 1


def test_the_text_names_every_figure(figures: Evaluation) -> None:
    text = figures.as_text()
    for word in ("n ", "accuracy", "macro_f1", "median_us", "p99_us", "precision", "confusion", *Label):
        assert word in text


def test_a_labelled_file_is_read_with_more_columns_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    path.write_text('\ufefftext,label,note\n"ola, bom dia",chitchat,x\n', encoding="utf-8")
    assert read_labelled(path) == [("ola, bom dia", Label.CHITCHAT)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [("text,kind\na,chitchat\n", "columns"), ("text,label\na,weather\n", r"m\.csv:2.*weather"), ("", "columns")],
)
def test_what_is_wrong_with_a_labelled_file_is_said(tmp_path: Path, content: str, problem: str) -> None:
    path = tmp_path / "m.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadLabels, match=problem):
        read_labelled(path)


def test_a_file_that_is_not_there_or_not_text_is_said(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes(b"text,label\n\xff\xfe,chitchat\n")
    for name in ("m.csv", "none.csv"):
        with pytest.raises(BadLabels, match="UTF-8"):
            read_labelled(tmp_path / name)


def test_nothing_to_evaluate_is_an_error() -> None:
    with pytest.raises(ValueError, match="no labelled rows"):
        evaluate([], judge)
