"""Matters for NMCP: offered to level 2, forwarded to officials, confirmed or not, and what officials answer.

Source: helpdesk requirements R23 to R29, d8; decisions 2 and 3.
"""

from desk.nmcp.answering import Answering
from desk.nmcp.forwarding import AlreadyThere, Forwarded, Forwarding, NoOfficial, matter_of
from desk.nmcp.listing import Held, held
from desk.nmcp.officials import Directory, is_official
from desk.nmcp.staff import StaffWord
from desk.nmcp.waiting import Waiting

__all__ = [
    "AlreadyThere", "Answering", "Directory", "Forwarded", "Forwarding", "Held", "NoOfficial", "StaffWord", "Waiting",
    "held", "is_official", "matter_of",
]  # fmt: skip
