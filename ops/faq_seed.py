"""The FAQ that ships with the product, for a database that never had one."""

from importlib import resources
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from ops.faq_imports import import_faq
from ops.tables import read_rows
from store.base import Clock, Sessions
from store.faq import faq_version


def seed_faq(sessions: Sessions, clock: Clock, file: Path | None = None) -> int:
    """Publish the entries of a campaign's file (None: the shipped ones) if there is no entry at all; answers how many.

    A database with entries of its own is left alone: what staff changed is never undone. Several may do it at once.
    """
    with sessions() as session:
        if faq_version(session)[0]:
            return 0
        with resources.as_file(resources.files("campaigns").joinpath("faq.csv")) as shipped:
            outcome = import_faq(session, read_rows(file or Path(shipped)), clock())
        try:
            session.commit()
        except IntegrityError:  # somebody else was quicker
            session.rollback()
            return 0
    return outcome.added
