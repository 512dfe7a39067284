"""Open tickets by the thousand: what stands in Salama's sandbox, written into the bridge's database at once."""

from sqlalchemy import insert, text

from assembly import Bridge
from sandbox.salama import SalamaSandbox
from store.tickets import Stage, Ticket


def fill(bridge: Bridge, salama: SalamaSandbox) -> None:
    """Write every ticket of the sandbox as the bridge has it once it was filed and read."""
    now = bridge.clock()
    rows: list[dict[str, object]] = [
        {
            "reference": f"salama:{complaint.id}",
            "created_ms": number,
            "category": "technical",
            "kind": "app",
            "for_nmcp": False,
            "service_code": "TechnicalIssues",
            "severity": 3,
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
            "source": "mobile",
            "sends": 0,
            "number": complaint.number,
            "complaint_id": complaint.id,
            "status": complaint.status,
            "modified_ms": complaint.modified_ms,
        }
        for number, complaint in enumerate(salama.tickets())
    ]
    with bridge.sessions.begin() as session:
        session.execute(insert(Ticket), rows)
        session.execute(text("ANALYZE"))
