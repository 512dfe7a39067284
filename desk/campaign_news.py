"""Tells the leads once when a changed campaign file was refused, and once when one is in force after that.

Every process reads the file by itself; the first to find a fault tells it, and leaves a marker for the others.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from desk.duty import leads
from desk.telling import tell_all
from intake.campaign_facts import CampaignRead
from store.markers import drop_markers, take_lease

_REFUSED = "campaign:refused:"
_FOR_GOOD = timedelta(days=3650)


def campaign_refused(session: Session, file: str, digest: str, faults: Sequence[str], now: datetime) -> int:
    """The file with these contents has these faults; answers how many leads were told, none when they were before."""
    name = f"{_REFUSED}{digest[:32]}"
    if not take_lease(session, name, uuid.uuid4().hex, now=now, hold=_FOR_GOOD):
        return 0
    return len(tell_all(session, leads(session), CampaignRead(file, len(faults), faults[0]), now))


def campaign_in_force(session: Session, file: str, now: datetime) -> int:
    """The file is read without a fault; answers how many leads were told, which they are after a refusal only."""
    if not drop_markers(session, _REFUSED):
        return 0
    return len(tell_all(session, leads(session), CampaignRead(file), now))
