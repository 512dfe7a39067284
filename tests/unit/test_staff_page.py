"""The page of the staff's commands says what the commands are."""

from pathlib import Path

from bot.staff.commands import COMMANDS
from ops.staff_page import page

PAGE = Path(__file__).parents[2] / "docs" / "helpdesk.md"


def test_the_page_is_up_to_date() -> None:
    """Written anew by `python -m ops.staff_page > docs/helpdesk.md`."""
    assert PAGE.read_text("utf-8") == page()


def test_every_command_stands_there_in_both_languages() -> None:
    text = PAGE.read_text("utf-8")
    for command in COMMANDS:
        assert f"| **{command.word('pt')}** |" in text
        assert f"| **{command.word('en')}** |" in text
