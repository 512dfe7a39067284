"""What an import did, in numbers and as a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many rows were added, changed and left as they were; `notes` are remarks on rows that were taken in."""

    added: int
    changed: int
    unchanged: int
    notes: tuple[str, ...] = ()

    @property
    def has_effect(self) -> bool:
        """True when the database differs from before."""
        return self.added + self.changed > 0

    def __str__(self) -> str:
        """The counts, and each note on a line of its own."""
        counts = f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"
        return "\n".join([counts, *(f"note: {note}" for note in self.notes)])
