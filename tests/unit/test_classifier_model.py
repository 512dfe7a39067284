"""Training, the model's file, and what happens when the file is missing, damaged or written twice at once."""

import csv
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from classifier import Classifier
from classifier.categories import Label
from classifier.corpus import EXAMPLES, read_examples
from classifier.features import BLOCKS, views
from classifier.model import LABELS, DamagedModel, LinearModel, load_or_train, read_model, write_model
from classifier.training import train

PER_LABEL = 12
SENTENCE = "a app fecha sozinha e nao sincroniza, 3 telefones em Netia"
BUILD = """
import sys
from pathlib import Path
from classifier.model import load_or_train
load_or_train(Path(sys.argv[1]), Path(sys.argv[2]))
"""


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the first few examples of every label, enough to train in a moment."""
    folder = tmp_path_factory.mktemp("examples")
    for label in Label:
        with (EXAMPLES / f"{label}.csv").open(encoding="utf-8", newline="") as lines:
            rows = list(csv.reader(lines))[: PER_LABEL + 1]
        with (folder / f"{label}.csv").open("w", encoding="utf-8", newline="") as lines:
            csv.writer(lines).writerows(rows)
    return folder


@pytest.fixture(scope="module")
def model(few: Path) -> LinearModel:
    return train(read_examples(few))


def test_the_same_examples_give_the_same_model(few: Path, model: LinearModel) -> None:
    again = train(read_examples(few))
    assert again.temperature == model.temperature
    assert np.array_equal(again.bias, model.bias)
    for block, other in zip(again.blocks, model.blocks, strict=True):
        assert block.terms == other.terms
        assert np.array_equal(block.weights, other.weights)


def test_probabilities_are_a_distribution_for_any_text(model: LinearModel) -> None:
    for text in ("", "👍", SENTENCE, "x" * 5_000, "\x00", "qwerty zxcvb"):
        probabilities = model.probabilities(text)
        assert probabilities.shape == (len(LABELS),)
        assert probabilities.min() >= 0
        assert probabilities.sum() == pytest.approx(1)


def test_examples_are_recognised_by_the_model_trained_on_them(few: Path, model: LinearModel) -> None:
    examples = read_examples(few)
    right = [LABELS[int(model.probabilities(one.text).argmax())] is one.label for one in examples]
    assert sum(right) > 0.95 * len(examples)


def test_case_and_accents_make_no_difference(model: LinearModel) -> None:
    plain = model.probabilities("nao ha sinal em mecuburi, acabaram os megas")
    assert np.array_equal(plain, model.probabilities("NÃO HÁ SINAL EM MECUBÚRI, ACABARAM OS MEGAS"))


def test_a_message_has_one_view_per_block() -> None:
    assert len(views(SENTENCE)) == len(BLOCKS)
    assert all(views(SENTENCE))


def test_what_is_denied_and_what_closes_the_message_are_told_apart() -> None:
    focus = views("a rede nao esta lenta, mas a senha falha")[BLOCKS.index("focus")]
    assert "early -SLOW" in focus
    assert "last +PASSWORD" in focus


def test_a_written_model_reads_back_the_same(model: LinearModel, tmp_path: Path) -> None:
    write_model(model, tmp_path / "m.npz")
    read = read_model(tmp_path / "m.npz")
    assert np.array_equal(read.probabilities(SENTENCE), model.probabilities(SENTENCE))
    assert [path.name for path in tmp_path.iterdir()] == ["m.npz"]


@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 half a file"])
def test_a_damaged_file_is_named_as_such(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.npz").write_bytes(content)
    with pytest.raises(DamagedModel):
        read_model(tmp_path / "m.npz")


def test_a_file_cut_short_or_of_another_shape_is_damaged(model: LinearModel, tmp_path: Path) -> None:
    path = tmp_path / "m.npz"
    write_model(model, path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedModel):
        read_model(path)
    np.savez(path, format=np.array([1]), bias=model.bias)
    with pytest.raises(DamagedModel):
        read_model(path)


def test_a_second_start_reads_the_cache_and_a_damaged_cache_is_rebuilt(
    few: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first = load_or_train(tmp_path, few)
    [cached] = tmp_path.iterdir()
    written = cached.read_bytes()
    stamp = cached.stat().st_mtime_ns
    assert np.array_equal(load_or_train(tmp_path, few).bias, first.bias)
    assert cached.stat().st_mtime_ns == stamp
    cached.write_bytes(written[:1000])
    with caplog.at_level(logging.WARNING):
        assert np.array_equal(load_or_train(tmp_path, few).bias, first.bias)
    assert "classifier_cache_damaged" in caplog.text
    assert read_model(cached).temperature == first.temperature


def test_a_folder_that_cannot_be_written_only_costs_the_cache(
    few: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("in the way")
    model = load_or_train(tmp_path / "file" / "cache", few)
    assert model.probabilities(SENTENCE).sum() == pytest.approx(1)
    assert "classifier_cache_unwritable" in caplog.text


def test_without_a_cache_nothing_is_written(few: Path, tmp_path: Path) -> None:
    load_or_train(None, few)
    Classifier(tmp_path, few, keep=False).warm_up()
    assert list(tmp_path.iterdir()) == []


def test_two_processes_building_at_once_leave_one_whole_file(few: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", BUILD, str(tmp_path), str(few)]
    builders = [subprocess.Popen(command) for _ in range(2)]
    assert [builder.wait(timeout=120) for builder in builders] == [0, 0]
    [cached] = tmp_path.iterdir()
    assert read_model(cached).probabilities(SENTENCE).sum() == pytest.approx(1)
