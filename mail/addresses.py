"""Mail addresses: ours, the plus-address of a ticket's thread, and those of people. Pure.

Answers go to `helpdesk+27.TOKEN@…`: the token cannot be guessed, so a mail that has it comes from somebody who was
written to (helpdesk requirements, d10).
"""

import re
from dataclasses import dataclass
from email.utils import parseaddr

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
_PLUS = re.compile(r"\+(\d{1,9})\.([a-z2-7]{16,})@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """An address with the name that people read."""

    name: str
    address: str

    @property
    def domain(self) -> str:
        """What stands behind the @."""
        return self.address.rpartition("@")[2]

    def for_thread(self, ticket: int, token: str) -> str:
        """The plus-address of a ticket's thread."""
        local, _, domain = self.address.rpartition("@")
        return f"{local}+{ticket}.{token}@{domain}"

    def is_own(self, address: str) -> bool:
        """Whether an address is this one, with or without a plus-part."""
        local, _, domain = address.lower().rpartition("@")
        return f"{local.partition('+')[0]}@{domain}" == self.address.lower()


def read_mailbox(text: str) -> Mailbox:
    """`Helpdesk SPAQ <helpdesk@example.org>` or the address alone. Raises ValueError."""
    name, address = parseaddr(text)
    is_alone = "<" in text or text.strip() == address
    if not is_alone or not is_address(address) or any(sign in text for sign in "\r\n"):
        raise ValueError("must be an address such as Helpdesk SPAQ <helpdesk@example.org>")
    return Mailbox(name, address)


def is_address(text: str) -> bool:
    """Whether a text is one plain address that any mail server takes."""
    return bool(_ADDRESS.fullmatch(text)) and len(text) <= 254


def read_plus(text: str) -> tuple[int, str] | None:
    """Ticket and token of the first plus-address in a text (a header's value); None when there is none."""
    found = _PLUS.search(text)
    return (int(found[1]), found[2].lower()) if found else None
