"""Migrations since the first release candidate only add, so that the old version goes on while the new schema comes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

VERSIONS = Path(__file__).parents[2] / "store" / "migrations" / "versions"
FIRST = "0016"
"""Older ones ran before anything was deployed."""
TAKES_AWAY = {"drop_column", "drop_table", "drop_index", "drop_constraint", "rename_table", "alter_column"}
NEW = sorted(file for file in VERSIONS.glob("0*.py") if file.name[:4] >= FIRST)


def calls(file: Path) -> Iterator[ast.Call]:
    """The calls within `upgrade` of a migration."""
    for part in ast.parse(file.read_text("utf-8")).body:
        if isinstance(part, ast.FunctionDef) and part.name == "upgrade":
            yield from (each for each in ast.walk(part) if isinstance(each, ast.Call))


def name_of(call: ast.Call) -> str:
    """The last part of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("file", NEW, ids=lambda file: file.stem)
def test_an_upgrade_takes_nothing_away_that_the_old_version_uses(file: Path) -> None:
    assert {name_of(call) for call in calls(file)} & TAKES_AWAY == set()


@pytest.mark.parametrize("file", NEW, ids=lambda file: file.stem)
def test_a_new_column_that_must_be_filled_fills_itself(file: Path) -> None:
    for call in calls(file):
        if name_of(call) != "add_column":
            continue
        [column] = [each for each in call.args if isinstance(each, ast.Call) and name_of(each) == "Column"]
        given = {each.arg: each.value for each in column.keywords}
        is_optional = isinstance(given.get("nullable"), ast.Constant) and given["nullable"].value is True  # type: ignore[attr-defined]
        assert is_optional or "server_default" in given, f"{file.name}: {ast.unparse(column)}"
