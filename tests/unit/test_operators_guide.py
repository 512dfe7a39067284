"""The operators' guide in both languages: every command and setting in it exists, and both say the same."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from app import cli
from settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = (DOCS / "operators.md", DOCS / "pt" / "operadores.md")
_BRIDGE = re.compile(r"(?:^|`)bridge ([a-z][a-z -]*)", re.MULTILINE)
_OPTION = re.compile(r"--[a-z][a-z-]+")
_VARIABLE = re.compile(r"\b(?:BRIDGE|TWILIO|SALAMA|SMTP|IMAP|MAIL)_[A-Z_]+\b")


def commands(text: str) -> list[str]:
    """The `bridge` commands of a guide, each up to its first option or the name of a file."""
    return [re.split(r" -|(?<=import) ", found.strip())[0] for found in _BRIDGE.findall(text)]


def named(words: list[str]) -> click.Command | None:
    """The command that these words begin with, whatever arguments follow."""
    command: click.Command = cli
    for word in words:
        if not isinstance(command, click.Group):
            break
        found = command.commands.get(word)  # asking the group would start an application
        if found is None:
            return None
        command = found
    return None if isinstance(command, click.Group) else command


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_command_in_it_exists(guide: Path) -> None:
    found = commands(guide.read_text("utf-8"))
    assert len(found) > 25
    wrong = [words for words in found if named(words.split()) is None and words != "bridge check"]
    assert wrong == []


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.name)
def test_every_option_and_setting_in_it_exists(guide: Path) -> None:
    text = guide.read_text("utf-8")
    known = {item.metadata["variable"] for item in fields(Settings)} | {"BRIDGE_HOST"}
    assert set(_VARIABLE.findall(text)) <= known
    for line in re.findall(r"(?:^|`)(bridge [^`\n]+)", text, re.MULTILINE):
        command = named(line.split(" -")[0].split()[1:])
        options = {option for each in command.params for option in each.opts} if command else set()
        assert set(_OPTION.findall(line)) <= options, line


def test_both_languages_name_the_same_commands_and_settings() -> None:
    english, portuguese = (guide.read_text("utf-8") for guide in GUIDES)
    assert sorted(set(commands(english))) == sorted(set(commands(portuguese)))
    assert set(_VARIABLE.findall(english)) == set(_VARIABLE.findall(portuguese))
    assert english.count("\n## ") == portuguese.count("\n## ")
    assert english.count("- [ ]") == portuguese.count("- [ ]")
    assert english.split("\n## How far")[0].count("\n|") == portuguese.count("\n|")
