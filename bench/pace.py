"""Eighty messages a second, which is what Twilio takes from one sender, held by one worker: its rate and its cost.

Messages are put into the outbox as a turn puts them, evenly, by this process; the worker is a process of its own, and
its processor time is what the kernel counted for it.
"""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from assembly import utc_now
from bench.figures import Figure, say
from bench.phones import Phones
from bench.webhooks import phone_of
from bench.world import Database, bridge, environment, folder, postgresql, prepare, process, resident_mb
from bot.messages import OutboundMessage
from desk.telling import lane
from store.base import Sessions, connect, sessions_of
from store.conversations import create_conversation
from store.outbox import Channel, enqueue
from store.wakeup import Wakeup

RATE = 80
PACED = {"TWILIO_MESSAGES_PER_SECOND": str(RATE)}
TICK_S = 0.05
PEOPLE = 400
ANSWERS_AFTER_S = 0.3
"""How long Twilio takes to answer a call, seen from far away."""
RATE_TARGET = 79.0
"""What counts as held: all but the messages of the last moment."""
CPU_TARGET = 0.5
PATIENCE_S = 120.0
SETTLE_S = 3.0
"""How long the worker is left alone before, and how long the last messages may be on their way."""


def pace(seconds: float = 15.0) -> Iterator[Figure]:
    """Messages a second at the phones, and the worker's processor seconds for each second."""
    say(f"{RATE} messages a second for {seconds:.0f} s ...")
    with folder() as where, postgresql(where) as database:
        yield from asyncio.run(_held(database, where, seconds))


def cpu_seconds(stat: str, ticks_per_s: int) -> float:
    """User and system time of a process with all its threads, from the text of /proc/PID/stat (man 5 proc)."""
    after_name = stat.rpartition(")")[2].split()
    return (int(after_name[11]) + int(after_name[12])) / ticks_per_s


def _cpu_of(pid: int) -> float:
    return cpu_seconds(Path(f"/proc/{pid}/stat").read_text(encoding="ascii"), os.sysconf("SC_CLK_TCK"))


async def _held(database: Database, where: Path, seconds: float) -> list[Figure]:
    prepare(database, PEOPLE)
    engine = connect(database.url)
    sessions, wakeup = sessions_of(engine), Wakeup(engine)
    conversations = _conversations(sessions)
    arrived: list[float] = []
    async with Phones(lambda _phone, _text, at: arrived.append(at), answers_after_s=ANSWERS_AFTER_S) as phones:
        with process(bridge("worker"), environment(database, twilio=phones.url) | PACED, where) as worker:
            _send(sessions, wakeup, conversations[:10])  # the first ones pay for what is made once
            await _until(arrived, 10)
            await asyncio.sleep(SETTLE_S)
            arrived.clear()
            begun, before = perf_counter(), _cpu_of(worker.pid)
            queued = await _feed(sessions, wakeup, conversations, seconds)
            lasted_s, spent_s = perf_counter() - begun, _cpu_of(worker.pid) - before
            on_time = len(arrived)
            await _until(arrived, queued)
            memory_mb = resident_mb(worker.pid)
    wakeup.stop()
    engine.dispose()
    more = {
        "seconds": round(lasted_s, 1),
        "queued": queued,
        "arrived": len(arrived),
        "database": database.kind,
        "twilio_answers_after_s": ANSWERS_AFTER_S,
    }
    return [
        Figure("pace_messages_per_s", round(on_time / lasted_s, 1), "1/s", RATE_TARGET, at_least=True, more=more),
        Figure(
            "pace_worker_cpu", round(spent_s / lasted_s, 3), "cores", CPU_TARGET, more={"worker_memory_mb": memory_mb}
        ),
    ]


async def _feed(sessions: Sessions, wakeup: Wakeup, conversations: list[int], seconds: float) -> int:
    """Queue messages evenly; a tick that came late is made up for at once. Answers how many."""
    begun, queued = perf_counter(), 0
    while (gone := perf_counter() - begun) < seconds:
        due = int(gone * RATE) - queued
        if due > 0:
            chosen = [conversations[(queued + each) % len(conversations)] for each in range(due)]
            await asyncio.to_thread(_send, sessions, wakeup, chosen)
            queued += due
        await asyncio.sleep(TICK_S)
    return queued


def _send(sessions: Sessions, wakeup: Wakeup, conversations: list[int]) -> None:
    message = OutboundMessage("A sua mensagem foi lida por um colega. Responde-se ainda hoje.").as_payload()
    now = utc_now()
    with sessions.begin() as session:
        for conversation in conversations:
            payload = {"conversation": conversation, "reply": message, "ticket": None}
            enqueue(session, Channel.WHATSAPP, lane(conversation), payload, now)
    wakeup.ring()


def _conversations(sessions: Sessions) -> list[int]:
    """One conversation for each person, who has just written."""
    with sessions.begin() as session:
        made = []
        for person in range(1, PEOPLE + 1):
            phone = phone_of(person)
            talk = create_conversation(session, f"whatsapp:{phone}", phone=phone, external_user_id=None)
            talk.language, talk.last_inbound_at = "pt", utc_now()
            made.append(talk)
        session.flush()
        return [talk.id for talk in made]


async def _until(arrived: list[float], number: int) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while len(arrived) < number:
            await asyncio.sleep(0.02)
