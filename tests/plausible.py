"""A plausible week at the helpdesk: seeded tickets, calls, incidents, NMCP matters, wishes; for reports to count."""

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from store.changes import register_change
from store.people import Person, Role, get_people
from store.tickets import Link, Stage, Ticket, TicketLink

STAFF = (("Ofélia Nampaco", "+258840000021"), ("Tito Mussa", "+258840000022"), ("Zaida Ussene", "+258840000023"))
KINDS = (
    ("technical", "app", 0.34), ("user_account", "forgotten", 0.2), ("data_content", "village", 0.12),
    ("security", "lost_device", 0.05), ("performance", "network", 0.12), ("programmatic", "stock", 0.14),
    ("suggestion", "other", 0.03),
)  # fmt: skip
DISTRICTS = (
    "Angoche", "Eráti", "Lalaua", "Malema", "Meconta", "Mecubúri", "Memba", "Mogovolas", "Moma", "Monapo", "Mossuril",
    "Murrupula", "Nacala", "Nampula", "Ribáuè",
)  # fmt: skip
PER_DAY = (38, 44, 31, 27, 22, 16, 9)
HOURS = (1, 1, 0, 0, 0, 1, 5, 8, 9, 8, 7, 6, 5, 5, 6, 7, 9, 14, 16, 13, 8, 4, 2, 1)
MEDIAN_MIN = {1: (8, 22, 150), 2: (14, 60, 330), 3: (45, 150, 700), 4: (110, 400, 1500)}
"""Until taken, first word and end, by severity, in minutes."""


def fill(session: Session, first_midnight: datetime, *, seed: int = 20270112, times: int = 1) -> int:
    """Write seven days of tickets from `first_midnight` on, `times` as many as usual; answers how many."""
    rng = random.Random(seed)
    owners = _staff(session, first_midnight)
    rows = [
        _ticket(rng, number, first_midnight + timedelta(days=day), owners)
        for number, day in enumerate((day for day, count in enumerate(PER_DAY) for _ in range(count * times)), 1)
    ]
    rows.sort(key=lambda row: row["opened_at"])
    for row, number in zip(rows, range(1, len(rows) + 1), strict=True):
        row |= {"id": number, "reference": f"{number:032x}", "created_ms": 1_800_000_000_000 + number}
    for start in range(0, len(rows), 5000):
        session.execute(insert(Ticket), rows[start : start + 5000])
    _links(session, rng, rows)
    for row in rows:
        if row["category"] == "suggestion":
            wish = "Mostrar na lista quais aldeias já estão sincronizadas"
            register_change(
                session, ticket_id=row["id"], requester="Celestino Amade", what=wish, gain="", by="Tito Mussa",
                now=row["opened_at"],
            )  # fmt: skip
    return len(rows)


def _staff(session: Session, now: datetime) -> list[int]:
    for name, phone in STAFF:
        session.add(Person(name=name, phone=phone, role=Role.L2, language="pt", updated_at=now))
    session.flush()
    people = get_people(session, [phone for _, phone in STAFF])
    return [people[phone].id for _, phone in STAFF]


def _ticket(rng: random.Random, number: int, midnight: datetime, owners: list[int]) -> dict[str, Any]:
    category, kind, _ = rng.choices(KINDS, [share for _, _, share in KINDS])[0]
    for_nmcp = category == "programmatic" or kind == "lost_device"
    severity = 1 if category == "security" else rng.choices((1, 2, 3, 4), (3, 25, 52, 20))[0]
    opened = midnight + timedelta(hours=rng.choices(range(24), HOURS)[0], minutes=rng.randrange(60))
    claimed, word, end = (opened + _about(rng, minutes) for minutes in MEDIAN_MIN[severity])
    row: dict[str, Any] = {
        "source": rng.choices(("whatsapp", "phone", "mobile"), (70, 22, 8))[0],
        "category": category, "kind": kind, "for_nmcp": for_nmcp, "service_code": "Other", "severity": severity,
        "boundary_code": "mz", "place": "", "district": rng.choices(DISTRICTS, range(20, 5, -1))[0],
        "reporter_name": "Celestino Amade", "reporter_phone": "+258840000001", "report": f"Caso {number}",
        "details": {}, "opened_at": opened, "filing": "filed", "sends": 1, "status": "", "modified_ms": 0,
        "is_open": True, "stage": Stage.QUEUED, "owner_id": None, "claimed_at": None, "answered_at": None,
        "workaround_at": None, "solved_at": None, "closed_at": None, "paused_at": None, "paused_s": 0,
        "outcome": None, "due_at": opened + timedelta(hours=4), "number": None,
    }  # fmt: skip
    fate = rng.random()
    if fate > 0.97:
        return row
    row |= {"owner_id": rng.choice(owners), "claimed_at": claimed, "answered_at": max(word, claimed)}
    if fate > 0.85:
        stages = (Stage.HELD, Stage.ASKED, Stage.LEVEL3, Stage.LATER)
        return row | {"stage": Stage.NMCP if for_nmcp else rng.choices(stages, (5, 3, 2, 1))[0]}
    if rng.random() < 0.15:
        row["workaround_at"] = claimed + (end - opened) / 3
    if rng.random() < 0.25:
        row["paused_s"] = rng.randrange(600, 20_000)
    end = max(end, row["answered_at"])
    if fate < 0.07:
        return row | {"stage": Stage.CLOSED, "closed_at": end, "outcome": "rejected", "is_open": False}
    return row | {"stage": Stage.SOLVED, "solved_at": end, "outcome": "solved", "is_open": False}


def _about(rng: random.Random, minutes: float) -> timedelta:
    return timedelta(minutes=minutes * rng.lognormvariate(0, 0.7))


def _links(session: Session, rng: random.Random, rows: list[dict[str, Any]]) -> None:
    """Two incidents of slow networks with some reports each, and a few duplicates."""
    network = [row["id"] for row in rows if row["category"] == "performance"]
    for parent in network[:2]:
        for child in network[2 + 4 * network.index(parent) :][:4]:
            session.add(TicketLink(ticket_id=child, other_id=parent, kind=Link.INCIDENT))
    ended = [row["id"] for row in rows if row["solved_at"] and row["category"] == "technical"]
    for twin in rng.sample(ended[10:], 3):
        session.add(TicketLink(ticket_id=twin, other_id=ended[0], kind=Link.DUPLICATE))
