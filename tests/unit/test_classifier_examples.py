"""The labelled examples and the concept table that ship with the product."""

from collections import Counter
from pathlib import Path

import pytest

from classifier.categories import Label
from classifier.concepts import concept_of
from classifier.corpus import BadExamples, fingerprint, read_examples
from classifier.noise import variants
from classifier.text import fold


def write_examples(folder: Path, texts: dict[Label, list[str]]) -> Path:
    """A folder with one examples file per label; labels not named get one sentence of their own."""
    folder.mkdir(exist_ok=True)
    for label in Label:
        rows = texts.get(label, [f"about {label}"])
        lines = "".join('"' + row.replace('"', '""') + '",en\n' for row in rows)
        (folder / f"{label}.csv").write_text(f"text,lang\n{lines}", encoding="utf-8")
    return folder


def test_every_label_has_at_least_200_examples() -> None:
    counts = Counter(example.label for example in read_examples())
    assert set(counts) == set(Label)
    assert min(counts.values()) >= 200


def test_at_least_2000_examples_are_distinct_and_none_is_repeated() -> None:
    folded = [fold(example.text) for example in read_examples()]
    assert len(set(folded)) == len(folded) >= 2_000


def test_every_label_has_portuguese_english_and_mixed_examples() -> None:
    kinds = {(example.label, example.language) for example in read_examples()}
    assert kinds == {(label, language) for label in Label for language in ("pt", "en", "mixed")}


@pytest.mark.parametrize(
    "content", ["text\nhello\n", "text,lang\n,pt\n", "text,lang\nhello,fr\n", "text,lang\nhello\n"]
)
def test_a_bad_examples_file_is_named_in_the_error(tmp_path: Path, content: str) -> None:
    write_examples(tmp_path, {})
    (tmp_path / "security.csv").write_text(content, encoding="utf-8")
    with pytest.raises(BadExamples, match=r"security\.csv"):
        read_examples(tmp_path)


def test_a_missing_examples_file_is_named_in_the_error(tmp_path: Path) -> None:
    with pytest.raises(BadExamples, match=r"technical\.csv"):
        read_examples(tmp_path)


def test_the_fingerprint_changes_with_the_examples_only(tmp_path: Path) -> None:
    first = write_examples(tmp_path / "a", {Label.SECURITY: ["someone used my account"]})
    second = write_examples(tmp_path / "b", {Label.SECURITY: ["someone used my account"]})
    third = write_examples(tmp_path / "c", {Label.SECURITY: ["someone used our account"]})
    assert fingerprint(first) == fingerprint(second) != fingerprint(third)


@pytest.mark.parametrize(
    ("portuguese", "english"),
    [("senha", "password"), ("aldeia", "village"), ("roubaram", "stolen"), ("lento", "slow"), ("armazem", "warehouse")],
)
def test_words_of_both_languages_share_a_concept(portuguese: str, english: str) -> None:
    assert concept_of(portuguese) == concept_of(english)
    assert concept_of(portuguese).isupper()


def test_a_word_of_no_concept_stands_for_itself_without_its_ending() -> None:
    assert concept_of("mangueiras") == concept_of("mangueira") == "mangue"


def test_noise_is_the_same_for_the_same_text_and_changes_it() -> None:
    text = "a aplicação fecha sozinha quando o registador abre a lista"
    copies = variants(text, 20, is_english=False, is_report=True)
    assert copies == variants(text, 20, is_english=False, is_report=True)
    assert len(set(copies)) > 10
