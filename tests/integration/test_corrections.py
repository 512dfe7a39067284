"""Corrections by staff: kept once each, and exported as a labelled file that names nobody."""

import csv
from pathlib import Path

from store.corrections import corrections, record_correction
from tests.integration.test_commands import Run, run
from tests.world import World

__all__ = ["run"]


def correct(
    world: World, text: str, to_label: str, *, ticket: int | None = None, from_label: str = "technical"
) -> bool:
    with world.bridge.sessions.begin() as session:
        return record_correction(
            session,
            ticket_id=ticket,
            text=text,
            from_label=from_label,
            to_label=to_label,
            by="Amina Saíde",
            now=world.clock(),
        )


def test_the_last_correction_of_a_ticket_counts(world: World) -> None:
    ticket = world.open_ticket()
    assert correct(world, "não entra", "user_account", ticket=ticket)
    assert correct(world, "não entra", "security", ticket=ticket, from_label="user_account")
    assert correct(world, "como mudo a língua?", "how_to")
    with world.bridge.sessions() as session:
        kept = [(row.text, row.to_label) for row in corrections(session)]
    assert kept == [("não entra", "security"), ("como mudo a língua?", "how_to")]


def test_what_corrects_nothing_is_not_kept(world: World) -> None:
    assert not correct(world, "não entra", "technical")
    assert not correct(world, "  ", "security")


def test_the_export_is_test_data_that_names_nobody(world: World, run: Run, tmp_path: Path) -> None:
    ticket = world.open_ticket()
    correct(world, "A conta da registadora Fátima Omar não entra,\nligar 84 000 00 05", "user_account", ticket=ticket)
    correct(world, "Celestino Amade sugere letras maiores", "suggestion")
    correct(world, "outra coisa", "other")
    file = tmp_path / "corrections.csv"
    result = run("classifier", "corrections", "--out", str(file))
    assert "2 written" in result.output
    assert "1 left out" in result.output
    with file.open(encoding="utf-8-sig", newline="") as rows:
        first, second = csv.DictReader(rows)
    assert first["text"] == "A conta da registadora [nome] não entra, ligar [número]"
    assert (first["label"], first["was"]) == ("user_account", "technical")
    assert (second["text"], second["label"]) == ("[nome] sugere letras maiores", "change_request")
    evaluated = run("classifier", "evaluate", str(file))
    assert evaluated.exit_code == 0, evaluated.output
    assert "n          2" in evaluated.output
