"""Facts about the campaign's file, for leads; part of `intake.facts`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CampaignRead:
    """A changed campaign file was refused for so many `faults`, `first` and others; without any it is in force."""

    file: str
    faults: int = 0
    first: str = ""
