"""The outbox: who may take which row, in which order, and who has a say about it afterwards."""

import re
from datetime import datetime, timedelta

from sqlalchemy import text

from bench.plans import Spy, explained
from store.base import Sessions
from store.outbox import (
    Channel,
    Priority,
    RowState,
    claim,
    depth,
    enqueue,
    parked_rows,
    release_claims,
    requeue,
    settle_done,
    settle_parked,
    settle_retry,
)
from tests.clocks import MovableClock
from tests.databases import ONLY_POSTGRESQL
from tests.integration.outbox_rows import queue, states

LEASE = timedelta(minutes=1)


def take(sessions: Sessions, now: datetime, limit: int = 10) -> list[int]:
    with sessions.begin() as session:
        return [row.id for row in claim(session, Channel.WHATSAPP, now=now, lease=LEASE, limit=limit)]


def test_only_the_oldest_row_of_each_lane_is_handed_out(sessions: Sessions, clock: MovableClock) -> None:
    first, second, third, other = queue(sessions, clock(), "a", "a", "a", "b")
    assert take(sessions, clock()) == [first, other]
    assert take(sessions, clock()) == []
    with sessions.begin() as session:
        settle_done(session, [first], clock())
    assert take(sessions, clock()) == [second]
    with sessions.begin() as session:
        settle_done(session, [second, other], clock())
    assert take(sessions, clock()) == [third]


def test_a_row_that_is_tried_again_holds_its_lane(sessions: Sessions, clock: MovableClock) -> None:
    first, second = queue(sessions, clock(), "a", "a")
    take(sessions, clock())
    with sessions.begin() as session:
        later = clock() + timedelta(minutes=5)
        settle_retry(session, first, attempt=1, due_at=later, failures=1, fault="down")
    assert take(sessions, clock()) == []
    clock.advance(minutes=5)
    assert take(sessions, clock()) == [first]
    assert states(sessions)[second] == RowState.QUEUED


def test_a_parked_row_leaves_its_lane_and_comes_back_to_its_place(sessions: Sessions, clock: MovableClock) -> None:
    first, second, third = queue(sessions, clock(), "a", "a", "a")
    take(sessions, clock())
    with sessions.begin() as session:
        settle_parked(session, first, attempt=1, fault="ask", now=clock())
    assert take(sessions, clock()) == [second]
    with sessions.begin() as session:
        settle_done(session, [second], clock())
        (parked,) = parked_rows(session)
        requeue(parked, clock())
    assert take(sessions, clock()) == [first]
    assert states(sessions)[third] == RowState.QUEUED


def test_a_claim_that_ran_out_is_handed_out_again_and_the_first_claimant_has_no_say(
    sessions: Sessions, clock: MovableClock
) -> None:
    (row,) = queue(sessions, clock(), "a")
    assert take(sessions, clock()) == [row]
    clock.advance(seconds=61)
    assert take(sessions, clock()) == [row]
    with sessions.begin() as session:
        settle_retry(session, row, attempt=1, due_at=clock(), failures=1, fault="late")
        settle_parked(session, row, attempt=1, fault="late", now=clock())
    assert take(sessions, clock()) == []
    with sessions.begin() as session:
        settle_done(session, [row], clock())
        settle_retry(session, row, attempt=2, due_at=clock(), failures=1, fault="late")
    assert states(sessions) == {row: RowState.DONE}


def test_claims_of_a_process_that_is_gone_are_freed(sessions: Sessions, clock: MovableClock) -> None:
    rows = queue(sessions, clock(), "a", "b")
    take(sessions, clock())
    with sessions.begin() as session:
        release_claims(session)
    assert take(sessions, clock()) == rows


@ONLY_POSTGRESQL
def test_claimants_do_not_wait_for_each_other(sessions: Sessions, clock: MovableClock) -> None:
    rows = queue(sessions, clock(), "a", "b", "c", "a")
    with sessions.begin() as one, sessions.begin() as other:
        mine = claim(one, Channel.WHATSAPP, now=clock(), lease=LEASE, limit=2)
        yours = claim(other, Channel.WHATSAPP, now=clock(), lease=LEASE, limit=2)
        assert [row.id for row in mine + yours] == rows[:3]


def test_depth_tells_how_much_waits_and_since_when(sessions: Sessions, clock: MovableClock) -> None:
    since = clock()
    queue(sessions, since, "a", "b")
    clock.advance(minutes=3)
    queue(sessions, clock(), "c")
    with sessions() as session:
        assert depth(session) == {Channel.WHATSAPP: (3, since)}


def test_urgent_rows_go_first_and_digests_last(sessions: Sessions, clock: MovableClock) -> None:
    with sessions.begin() as session:
        kinds = [Priority.BULK, Priority.NORMAL, Priority.URGENT]
        digest, reply, grave = [
            enqueue(session, Channel.WHATSAPP, f"lane:{kind}", {}, clock(), priority=kind) for kind in kinds
        ]
    assert [take(sessions, clock(), limit=1) for _ in kinds] == [[grave], [reply], [digest]]


@ONLY_POSTGRESQL
def test_a_claim_stays_cheap_when_many_rows_wait_that_the_database_has_not_counted(
    sessions: Sessions, clock: MovableClock
) -> None:
    with sessions.begin() as session:
        session.execute(text("ANALYZE outbox"))  # nothing waits, as nearly always when PostgreSQL counts
    waiting = 2_000
    queue(sessions, clock(), *(f"conversation:{number % (waiting // 4)}" for number in range(waiting)))
    spy = Spy()
    engine = sessions.kw["bind"]
    spy.watch(engine)
    with spy.looking():
        assert len(take(sessions, clock(), limit=8)) == 8
    heat = next(heat for heat in spy.heat.values() if "SKIP LOCKED" in heat.statement)
    pages = re.search(r"Buffers: shared hit=(\d+)", explained(engine, heat))
    assert pages is not None
    assert int(pages[1]) < waiting  # each row against each other takes a hundred times as many
