"""Every recorded conversation still goes as it is written, within its turn budget.

To record anew: `pytest tests/journeys --update-transcripts`, then read the diff.
"""

import re
from pathlib import Path

import pytest

from tests.journeys.player import CAMPAIGN
from tests.journeys.transcript import BUDGETS, play, read

FOLDER = Path(__file__).parent / "transcripts"
SHORT = 400
_ON_TOP = ("Guardamos o seu número", "We keep your number", "Primeiro a criança", "The child first")
FILES = sorted(FOLDER.glob("*.txt"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_conversation_goes_as_recorded(path: Path, request: pytest.FixtureRequest) -> None:
    transcript = read(path)
    text, filed_after = play(transcript)
    if request.config.getoption("--update-transcripts", default=False):
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")
    assert (filed_after[0] if filed_after else 0) == transcript.turns
    assert transcript.turns <= BUDGETS.get(transcript.header["route"], transcript.turns)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_said_outside_the_summary_is_short(path: Path) -> None:
    """At most 400 characters; the privacy line of the first contact and the safety line come on top of it."""
    blocks = re.findall(r"^< .*(?:\n\| .*)*", path.read_text("utf-8"), re.MULTILINE)
    said = [[line[2:] for line in block.split("\n")] for block in blocks]
    for lines in said:
        if any(re.match(r"1\) (?:Tipo|Type):", line) for line in lines):
            continue
        kept = [line for line in lines if not line.startswith(_ON_TOP)]
        assert len("\n".join(kept)) <= SHORT, "\n".join(kept)


def test_every_route_and_both_languages_are_recorded() -> None:
    headers = [read(path).header for path in FILES]
    assert {header["route"] for header in headers} == {*BUDGETS, "open"}
    for route, count in (("clear", 15), ("menu", 5), ("urgent", 2)):
        assert sum(header["route"] == route for header in headers) >= count
    assert sum(header.get("language") == "en" for header in headers) >= 12


@pytest.mark.parametrize("language", ["pt", "en"])
def test_every_kind_that_a_report_can_be_of_is_recorded(language: str) -> None:
    kinds = {
        f"{category.id}/{kind.id}"
        for category in CAMPAIGN.categories.values()
        for kind in category.kinds
        if not kind.file_as
    }
    told = " ".join(path.read_text("utf-8") for path in FILES if read(path).header.get("language", "pt") == language)
    assert kinds - set(re.findall(r"^= ticket: (\S+),", told, re.MULTILINE)) == set()
