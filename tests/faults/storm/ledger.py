"""What came of the storm: each report in Salama once, each message on its phone once and in order; as a table."""

import itertools
import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import Engine, select

import sandbox.salama.sandbox as salama_sandbox
from sandbox.salama import SalamaSandbox
from sandbox.whatsapp import Message, WhatsAppSimulator
from store.base import sessions_of
from store.conversations import Conversation, Inbound
from store.outbox import Channel, OutboxRow, RowState
from store.sent import Sent
from store.tickets import Filing, Ticket
from tests.faults.storm.people import mark_of


@dataclass
class Account:
    """The figures, and everything that is not as it must be in plain words."""

    reports: int
    tickets: int = 0
    filed_twice: int = 0
    lost: int = 0
    messages: int = 0
    told_twice: int = 0
    not_told: int = 0
    out_of_order: int = 0
    parked: int = 0
    wrong: list[str] = field(default_factory=list)

    def figures(self) -> dict[str, int]:
        """The figures by name."""
        return {name: value for name, value in asdict(self).items() if name != "wrong"}


class Books:
    """Reads the bridge's database beside the bridge."""

    def __init__(self, engine: Engine) -> None:
        self._sessions = sessions_of(engine)

    def has_message(self, sid: str) -> bool:
        """Whether the bridge stored the message with Twilio's id."""
        with self._sessions() as session:
            return session.scalar(select(Inbound.id).where(Inbound.message_sid == sid)) is not None

    def waiting(self) -> Counter[str]:
        """How many rows of each channel have not left, and how many tickets have not arrived."""
        with self._sessions() as session:
            rows = session.scalars(select(OutboxRow.channel).where(OutboxRow.state == RowState.QUEUED))
            waiting = Counter(rows)
            tickets = session.scalars(select(Ticket.filing).where(Ticket.filing.not_in((Filing.FILED, Filing.PARKED))))
            return waiting + Counter(f"ticket {each}" for each in tickets)

    def account(self, salama: SalamaSandbox, phones: WhatsAppSimulator, reports: int, app_tickets: int) -> Account:
        """Compare what people told, what Salama has, what the bridge wrote, and what the phones show."""
        account, stored = Account(reports), salama.tickets()
        account.tickets = len(stored)
        with self._sessions() as session:
            tickets = list(session.scalars(select(Ticket)))
            rows = list(session.scalars(select(OutboxRow).where(OutboxRow.state != RowState.DONE)))
            sent = list(session.scalars(select(Sent).order_by(Sent.row_id, Sent.part)))
            phone_of = {each.id: each.phone or "" for each in session.scalars(select(Conversation))}
            told = session.scalars(select(OutboxRow.id).where(OutboxRow.channel == Channel.WHATSAPP)).all()
        _compare_tickets(account, stored, tickets, app_tickets)
        account.messages, account.parked = len(told), sum(row.state == RowState.PARKED for row in rows)
        account.wrong += [f"{row.channel} {row.id} is {row.state}: {row.fault}" for row in rows]
        account.wrong += [f"message {row} was never sent" for row in set(told) - {each.row_id for each in sent}]
        shown = defaultdict(list)
        for message in phones.outbound():
            shown[message.address.removeprefix("whatsapp:")].append(message)
        for conversation, phone in phone_of.items():
            mine = [each for each in sent if each.conversation_id == conversation]
            _compare_phone(account, phone, mine, shown[phone])
            own = [each for each in tickets if each.conversation_id == conversation and each.source == "whatsapp"]
            _compare_numbers(account, phone, own, [message.body for message in shown[phone]])
        return account


def _compare_tickets(
    account: Account, stored: Sequence[salama_sandbox.Ticket], tickets: Sequence[Ticket], app_tickets: int
) -> None:
    for mark in map(mark_of, range(account.reports)):
        found = [each.number for each in stored if mark in (each.description or "")]
        account.lost += not found
        account.filed_twice += len(found) > 1
        if len(found) != 1:
            account.wrong.append(f"{mark} is in Salama {len(found)} times: {', '.join(found)}")
    if not len(stored) == len(tickets) == account.reports + app_tickets:
        account.wrong.append(f"{len(stored)} tickets in Salama, {len(tickets)} here, and {app_tickets} of the app")
    numbers = {each.number for each in stored}
    account.wrong += [
        f"#{each.id} is {each.filing} as {each.number}: {each.fault}"
        for each in tickets
        if each.filing != Filing.FILED or each.number not in numbers
    ]


def _compare_phone(account: Account, phone: str, sent: Sequence[Sent], shown: Sequence[Message]) -> None:
    """`sent` is in the order in which it was written to the person, `shown` in that of its arrival."""
    place = {each.sid: at for at, each in enumerate(sent) if each.sid}
    arrived = [place[message.sid] for message in shown if message.sid in place]
    early = sum(later < earlier for earlier, later in itertools.pairwise(arrived))
    unknown = [message.body for message in shown if message.sid not in place]
    missing = [each.body for each in sent if each.sid not in {message.sid for message in shown}]
    account.told_twice += len(unknown)
    account.not_told += len(missing)
    account.out_of_order += early
    account.wrong += [f"{phone} got what nobody accounts for: {body[:60]!r}" for body in unknown]
    account.wrong += [f"{phone} did not get: {body[:60]!r}" for body in missing]
    account.wrong += [f"{phone} got messages out of order"] * bool(early)


def _compare_numbers(account: Account, phone: str, tickets: Sequence[Ticket], bodies: Sequence[str]) -> None:
    for ticket in tickets:
        times = sum((ticket.number or "none") in body for body in bodies)
        if times != 1:
            account.wrong.append(f"{phone} was told {ticket.number} of #{ticket.id} {times} times")


def as_table(
    title: str, account: Account, injected: Mapping[str, int], killed: Mapping[str, int], more: Mapping[str, object]
) -> str:
    """The account as a person reads it."""
    lines = [title]
    lines += [f"  {name.replace('_', ' '):<32}{value!s:>8}" for name, value in {**account.figures(), **more}.items()]
    for heading, counts in (("faults injected", injected), ("killed with SIGKILL", killed)):
        lines += [f"  {heading}", *(f"    {name:<30}{counts[name]:>8}" for name in sorted(counts) if counts[name])]
    return "\n".join(lines)


def keep(
    path: Path, account: Account, injected: Mapping[str, int], killed: Mapping[str, int], more: Mapping[str, object]
) -> None:
    """Add the account to a file, one JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    record = {**more, **account.figures(), "injected": dict(injected), "killed": dict(killed)}
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record) + "\n")
