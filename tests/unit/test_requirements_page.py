"""The table of requirements is whole, and every test that it names exists."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "requirements.md").read_text("utf-8")
ROWS = re.findall(r"^\| R(\d+) \|(.*)\|$", PAGE, re.MULTILINE)


def test_every_requirement_has_its_row() -> None:
    assert [int(number) for number, _ in ROWS] == list(range(1, 72))


def test_every_test_that_is_named_exists() -> None:
    named = 0
    for number, row in ROWS:
        path = TESTS
        for file, test in re.findall(r"`([\w/]*(?:\.py|\.txt)?)(?:::(test_\w+))?`", row.rsplit("|", 1)[-1]):
            if file:
                path = TESTS / file if "/" in file else path.parent / file
            assert path.is_file(), f"R{number}: {file}"
            assert not test or f"def {test}(" in path.read_text("utf-8"), f"R{number}: {test}"
            named += 1
    assert named > 80
