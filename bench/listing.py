"""How long `LISTA` takes with ten thousand open tickets, on both databases: the query and the whole answer."""

from collections.abc import Iterator
from datetime import timedelta
from time import perf_counter

from sqlalchemy import insert, text

from assembly import Bridge, utc_now
from bench.figures import Figure, middle, say
from bench.world import Database, environment, folder, postgresql, prepare, sqlite
from settings import Settings
from store.board import PAGE, Place, Wanted, board_page
from store.tickets import Stage, Ticket

OPEN = 10_000
TARGET_MS = 200.0
PAGES = 20


def listing() -> Iterator[Figure]:
    """One figure for each database: the median time of a page."""
    with folder() as where:
        yield _timed(sqlite(where))
        with postgresql(where) as database:
            yield _timed(database)


def _timed(database: Database) -> Figure:
    say(f"LISTA over {OPEN} open tickets on {database.kind} ...")
    prepare(database, 10)
    bridge = Bridge(Settings.load(environment(database), dotenv=None))
    _fill(bridge)
    times, after = [], None
    with bridge.sessions() as session:
        for _ in range(PAGES):
            begun = perf_counter()
            rows = board_page(session, Wanted(), after)
            times.append((perf_counter() - begun) * 1000)
            after = Place(rows[PAGE - 1].due_at, rows[PAGE - 1].id)
    bridge.close()
    more = {"database": database.kind, "open": OPEN, "worst": round(max(times), 2)}
    return Figure("list_ms", middle(times), "ms", TARGET_MS, more=more)


def _fill(bridge: Bridge) -> None:
    """Write the tickets, due at scattered times."""
    now = utc_now()
    rows = [
        {
            "reference": f"{number:032x}",
            "created_ms": number,
            "category": "technical",
            "kind": "app",
            "for_nmcp": False,
            "service_code": "TechnicalIssues",
            "severity": 1 + number % 4,
            "boundary_code": "mz",
            "place": "Angoche",
            "district": "Angoche",
            "reporter_name": "Celestino Amade",
            "report": "A app não abre.",
            "details": {},
            "opened_at": now,
            "filing": "filed",
            "stage": Stage.QUEUED,
            "is_open": True,
            "paused_s": 0,
            "source": "whatsapp",
            "sends": 0,
            "status": "",
            "modified_ms": 0,
            "due_at": now + timedelta(minutes=(number * 7919) % 5000),
        }
        for number in range(1, OPEN + 1)
    ]
    with bridge.sessions.begin() as session:
        session.execute(insert(Ticket), rows)
        session.execute(text("ANALYZE"))
