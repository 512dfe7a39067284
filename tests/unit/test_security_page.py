"""The table of attacks names tests that exist, and every test against abuse is named in it."""

import re
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text("utf-8")
ROWS = [row.strip("|").split("|") for row in PAGE.splitlines() if row.startswith("| ")][1:]


def named() -> list[tuple[Path, str]]:
    """File and test of every row; a test without a file is in that of an earlier row of the same part."""
    found, files = [], []
    for row in ROWS:
        assert len(row) == 3, row
        match = re.fullmatch(r"`(?:([\w/]+\.py)(?:::)?)?(test_\w+)?`", row[2].strip())
        assert match, row
        if match[1]:
            files.append(TESTS / match[1])
        if match[2]:
            holds = [file for file in files if f"def {match[2]}(" in file.read_text("utf-8")]
            assert holds, match[2]
            found.append((holds[-1], match[2]))
        else:
            found.append((files[-1], ""))
    return found


def test_every_test_that_is_named_exists() -> None:
    assert all(file.is_file() for file, _ in named())
    assert len(named()) > 35


def test_every_file_of_the_abuse_suite_has_rows() -> None:
    files = {file for file, _ in named()}
    assert set((TESTS / "abuse").glob("test_*.py")) <= files
