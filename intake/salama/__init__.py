"""The client of Salama's complaints module; everything that knows Salama's wire format lies in this package."""

from intake.salama.client import SalamaClient
from intake.salama.places import Paths, SalamaAccount, Timeouts

__all__ = ["Paths", "SalamaAccount", "SalamaClient", "Timeouts"]
