"""Administrative areas as people name them: from a text and the reporter's own area to a place, or a choice.

Pure: areas come in as values, and it does not know where they are kept. It works with any tree; what is particular to
Nampula is data in `names`. Source: helpdesk requirements, "Nampula: districts".
"""

from intake.places.gazetteer import Gazetteer
from intake.places.values import MOST_CANDIDATES, Area, AreaType, Mention, Place

__all__ = ["MOST_CANDIDATES", "Area", "AreaType", "Gazetteer", "Mention", "Place"]
