"""Conversations of several people at a time: how turns that come together read and write them (bot.together).

Each is one statement whose text never changes, however many people there are.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    Integer,
    Table,
    and_,
    bindparam,
    column,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.orm import Session

from store.base import among, as_read, insert_once
from store.conversations import ALL, TALK, Conversation, changes_of, update_of
from store.own_tickets import is_open_of
from store.people import Person
from store.talks import is_open_with

AT_ONCE = 16
"""The most turns in one transaction: what it holds is short, and nobody waits long for the last of them."""

_TABLE, _PEOPLE = cast("Table", Conversation.__table__), cast("Table", Person.__table__)
_HAS_TICKETS = exists().where(is_open_of(_PEOPLE.c.id))
_IS_TALKING = exists().where(is_open_with(_TABLE.c.id))
_PEEK = (
    select(*_TABLE.c, *_PEOPLE.c, _HAS_TICKETS, _IS_TALKING)
    .join(_PEOPLE, and_(_PEOPLE.c.phone == _TABLE.c.phone, _PEOPLE.c.is_active))
    .where(among(_TABLE.c.address, "addresses"))
)
_NEW = (
    select(*_PEOPLE.c, _HAS_TICKETS)
    .where(among(_PEOPLE.c.phone, "phones"), _PEOPLE.c.is_active)
    .where(~exists().where(_TABLE.c.phone == _PEOPLE.c.phone))
    .where(~exists().where(among(_TABLE.c.external_user_id, "users")))
)
_COLUMNS, _PEOPLE_COLUMNS = tuple(_TABLE.c.keys()), tuple(_PEOPLE.c.keys())
_SAVE_EACH = update_of(TALK)
_ROWS = func.json_to_recordset(bindparam("rows", type_=JSON()))
_NEW_STATE = _ROWS.table_valued(
    column("key", BigInteger),
    column("seen", Integer),
    *(column(name, _TABLE.c[name].type) for name in TALK),
    name="new",
).render_derived(with_types=True)
_HELD = _TABLE.alias("held")
_FREE = (
    select(_HELD.c.id)
    .where(among(_HELD.c.id))
    .order_by(_HELD.c.id)
    .with_for_update(key_share=True, skip_locked=True, of=_HELD)
)
_SAVE_ALL_AT_ONCE = (
    update(_TABLE)
    .where(_TABLE.c.id == _NEW_STATE.c.key, _TABLE.c.revision == _NEW_STATE.c.seen, _TABLE.c.id.in_(_FREE))
    .where(among(_TABLE.c.id))  # what else it is joined by tells PostgreSQL nothing, and it would read all of them
    .values({name: _NEW_STATE.c[name] for name in TALK} | {"revision": _TABLE.c.revision + 1})
    .returning(_TABLE.c.id)
)


class Known(NamedTuple):
    """The active person behind a conversation; whether they have an open ticket, and an open talk with the helpdesk."""

    conversation: Conversation
    person: Person
    has_tickets: bool
    is_talking: bool


class Newcomer(NamedTuple):
    """An enrolled person who never wrote, and whether they have an open ticket all the same."""

    person: Person
    has_tickets: bool


def peek_conversations(connection: Connection, addresses: Sequence[str]) -> dict[str, Known]:
    """By address, each conversation and the active person behind it, as they are now, not locked and in no session.

    Without the addresses that never wrote, and those with nobody enrolled behind them.
    """
    found = {}
    for row in connection.execute(_PEEK, {"addresses": list(addresses)}):
        values = tuple(row)
        conversation = as_read(Conversation, dict(zip(_COLUMNS, values, strict=False)))
        person = as_read(Person, dict(zip(_PEOPLE_COLUMNS, values[len(_COLUMNS) : -2], strict=True)))
        found[conversation.address] = Known(conversation, person, *values[-2:])
    return found


def peek_newcomers(connection: Connection, phones: Sequence[str], users: Sequence[str]) -> dict[str, Newcomer]:
    """By number, the active people among these who have no conversation at all; nobody when any user id has one."""
    new = {}
    for row in connection.execute(_NEW, {"phones": list(phones), "users": list(users)}):
        person = as_read(Person, dict(zip(_PEOPLE_COLUMNS, row[:-1], strict=True)))
        new[person.phone] = Newcomer(person, row[-1])
    return new


def save_talks(session: Session, conversations: Sequence[Conversation]) -> set[int]:
    """Write what turns of known people change in conversations of `peek_conversations`; the ids of those written.

    Past the session's bookkeeping; PostgreSQL takes all of them in one go. Not written is what somebody else holds,
    which is not waited for, or changed since it was read. On SQLite a transaction that writes holds everything.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return {each.id for each in conversations if connection.execute(_SAVE_EACH, changes_of(each, TALK)).rowcount}
    ids, rows = [each.id for each in conversations], [_as_json(each) for each in conversations]
    return set(connection.scalars(_SAVE_ALL_AT_ONCE, {"ids": ids, "rows": rows}))


def _as_json(conversation: Conversation) -> dict[str, Any]:
    """What a turn may change, and which row in which state it is for."""
    state = {name: getattr(conversation, name) for name in TALK}
    for name, value in state.items():
        if isinstance(value, datetime):
            state[name] = value.isoformat()
    return state | {"key": conversation.id, "seen": conversation.revision}


def insert_conversations(session: Session, conversations: Sequence[Conversation]) -> bool:
    """Write conversations of people who never wrote before, and give them their ids.

    False when somebody else just made one of them: whoever sees it must roll back.
    """
    rows: list[dict[str, Any]] = [
        {name: getattr(conversation, name) for name in ALL} | {"revision": 1}
        for conversation in sorted(conversations, key=lambda conversation: conversation.address)
    ]
    made = session.connection().execute(insert_once(session, Conversation, "address"), rows)
    ids = {address: number for number, address in made}
    for conversation in conversations:
        conversation.id = ids.get(conversation.address, 0)
    return len(ids) == len(conversations)
