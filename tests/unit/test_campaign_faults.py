"""Whoever changes a campaign's file is told all that is wrong at once, where it stands, and what to write instead."""

from pathlib import Path

import pytest

from campaign import CampaignInvalid, load_campaign
from campaign.reader import read_campaign
from locales import messages

DEFAULT = (Path(__file__).parents[2] / "campaigns" / "smc-nampula.yaml").read_text("utf-8")


def changed(*changes: tuple[str, str]) -> str:
    text = DEFAULT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults_of(text: str, folder: Path | None = None) -> list[str]:
    with pytest.raises(CampaignInvalid) as raised:
        read_campaign(text, "mine.yaml", folder, messages())
    return str(raised.value).splitlines()


def line_of(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def test_everything_that_is_wrong_is_told_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        ("lead_days: 3", "lead_days: three"),
        ("1: {claim: 15,", "1: {claim: 0,"),
        ("zone: Asia/Kolkata", "zone: Asia/Calcuta_"),
        ("ask: {pt: \"Desde quando?\"", "ask: {pt: \"Desde quando\""),
        ("questions: [error, phones", "questions: [eror, phones"),
        ("file_as: security.lost_device", "file_as: security.lost_devise"),
        ("reader: operator", "reader: operater"),
        ("      owner: nmcp\n", "      owner: pncm\n"),
        ("    service: performance\n", ""),
    )  # fmt: skip
    faults = faults_of(text)
    told = [fault.split(": ", 1)[1] for fault in faults]
    lines = [int(fault.split("line ")[1].split(":")[0]) for fault in faults]
    assert len(faults) == 9, faults
    assert lines == sorted(lines)
    assert told[0] == "a whole number from 0 to 60 is expected here"
    assert "there is no question «eror»; write «error»" in told
    assert "there is no «security.lost_devise»; write «security.lost_device»" in told
    assert "«service» is missing" in told
    assert faults[0].startswith(f"mine.yaml, line {line_of(text, 'lead_days: three')}: ")


def test_a_mistyped_key_is_told_with_the_one_that_was_meant() -> None:
    faults = faults_of(changed(("desk: {pt", "deks: {pt")))
    assert faults[0].endswith(": «desk» is missing")
    assert "«deks» is not known here; write «desk»; known are" in faults[1]


def test_a_broken_question_does_not_make_every_kind_that_asks_it_wrong() -> None:
    (fault,) = faults_of(changed(('    label: {pt: "Erro", en: "Error"}\n', "")))
    assert fault.endswith("«label» is missing")


def test_a_key_that_stands_twice_is_told_with_both_lines() -> None:
    text = changed(("  none: {title: ", "  hindered: {title: "))
    first = line_of(text, "  hindered: {title:")
    assert any(f"«hindered» stands twice here, first on line {first}" in fault for fault in faults_of(text))
    assert any("the impact «none» is missing" in fault for fault in faults_of(text))


def test_what_is_no_yaml_is_told_with_its_line() -> None:
    text = changed(("menu:\n", "menu: [\n"))
    (fault,) = faults_of(text)
    assert fault.startswith("mine.yaml, line ")
    assert "not valid YAML" in fault


def test_an_empty_file_and_one_of_another_kind_are_refused() -> None:
    assert faults_of("") == ["mine.yaml, line 1: a mapping is expected here (key: value)"]
    assert faults_of("- 1\n") == ["mine.yaml, line 1: a mapping is expected here (key: value)"]


def test_a_file_that_is_no_text_is_told_by_its_setting(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CampaignInvalid, match="cannot be read: it is not text in UTF-8"):
        load_campaign(tmp_path / "mine.yaml")


def test_a_sentence_of_the_product_is_said_otherwise_when_there_is_one(tmp_path: Path) -> None:
    text = DEFAULT + (
        "wording:\n"
        '  "Request #{ticket}: {name} at the helpdesk is on it.": {pt: "Pedido #{ticket}: {name} trata dele."}\n'
    )
    read = read_campaign(text, "mine.yaml", tmp_path, messages())
    assert (
        read.wording["Request #{ticket}: {name} at the helpdesk is on it."]["pt"]
        == "Pedido #{ticket}: {name} trata dele."
    )
    wrong = text.replace("is on it", "is on them").replace('{name} trata dele."}', 'trata dele.", xx: "x"}')
    faults = faults_of(wrong, tmp_path)
    assert (
        "the product says nowhere «Request #{ticket}: {name} at the helpdesk is on them.»; write «Request" in faults[0]
    )
    assert any("«xx» is no language of this file" in fault for fault in faults)
    faults = faults_of(text.replace("{name} trata", "{nome} trata"), tmp_path)
    last = text.count("\n")
    assert faults == [
        f"mine.yaml, line {last}: the places in braces must be those of the message: {{name}}, {{ticket}}"
    ]


def test_a_language_needs_its_catalogue_and_a_word_that_chooses_it(tmp_path: Path) -> None:
    text = DEFAULT + "languages:\n  fr: {name: Français, locale: fr_FR, words: [], catalogue: fr.po}\n"
    faults = faults_of(text, tmp_path)
    assert any("there is no file fr.po beside this one" in fault for fault in faults)
    assert any("at least one word is needed" in fault for fault in faults)
    (tmp_path / "fr.po").write_text("", "utf-8")
    read = read_campaign(text.replace("words: []", "words: [fr]"), "mine.yaml", tmp_path, messages())
    assert list(read.languages) == ["pt", "en", "fr"]
    assert any("ships with the product" in fault for fault in faults_of(text.replace("  fr:", "  en:"), tmp_path))
