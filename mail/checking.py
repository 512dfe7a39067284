"""Looks whether the mail works: the servers answer and take our passwords, somebody of level 3 has an address."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from mail.imap import Imap
from mail.office import MailOffice
from mail.servers import read_server
from store.delivery import DeliveryError, Refused


class Look(NamedTuple):
    """What was looked at, whether it is in order, and what it says; never a secret."""

    what: str
    is_ok: bool
    says: str


def look_at(office: MailOffice) -> Iterator[Look]:
    """One line for each thing that mail needs; where none is set up, that is said and in order."""
    if not office.smtp_url:
        yield Look("mail", True, "not set up: level 3 is reached by telephone only (SMTP_URL)")
        return
    sender = office.sender
    yield Look("MAIL_FROM", sender is not None, sender.address if sender else "missing; answers would have no address")
    if office.smtp is not None:
        yield _answers("SMTP", office.smtp.verify)
    with office.sessions() as session:
        addresses, names = office.level3.receivers(session, office.clock())
    says = ", ".join(names) or "nobody: enrol people with the role L3 and an email, or name addresses in the campaign"
    yield Look("level 3 receivers", bool(addresses), says)
    if office.imap_url:
        yield _answers("IMAP", lambda: _opened(Imap(read_server(office.imap_url))))
    else:
        yield Look("IMAP", True, "not set up: nobody reads the answers for you (IMAP_URL)")


def _opened(imap: Imap) -> None:
    with imap.open():
        pass


def _answers(what: str, ask: Callable[[], None]) -> Look:
    try:
        ask()
    except Refused as error:
        return Look(what, False, f"{error.code}: {error.sentence}")
    except DeliveryError as error:
        return Look(what, False, f"{error.code}: no answer; see whether the address is right and the service is up")
    return Look(what, True, "answers and takes the password")
