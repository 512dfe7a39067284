"""What every figure means: titles and definitions, in one place, printed with the figures.

All are messages of the catalogue. The counting that they describe is in `reports.cases` and `reports.figures`.
"""

from collections.abc import Mapping

from reports.cases import Measure
from reports.figures import PAST, Part
from store.tickets import Stage


def _N(message: str) -> str:
    """Marks a message for the catalogue; it is translated where it is used."""
    return message


PARTS: Mapping[Part, tuple[str, str]] = {
    Part.CARRIED: (_N("Carried over"), _N("Tickets that came before the period and were open when it began.")),
    Part.RECEIVED: (
        _N("Received"),
        _N(
            "Tickets that came in the period, by the time at which the person wrote. Each report of an incident counts "
            "once. Wishes for changes of the app are no incidents and are counted in the change register only."
        ),
    ),
    Part.RESOLVED: (_N("Resolved"), _N("Tickets whose solution was told to the reporter in the period.")),
    Part.REJECTED: (_N("Rejected"), _N("Tickets closed in the period without a solution, with a reason.")),
    Part.OTHERWISE: (
        _N("Ended otherwise"),
        _N("Tickets closed in the period as a duplicate of another one, or withdrawn."),
    ),
    Part.OPEN: (
        _N("Open"),
        _N(
            "Tickets that were open when the period ended. In every row: carried over + received = resolved + rejected "
            "+ ended otherwise + open."
        ),
    ),
}
MEASURES: Mapping[Measure, tuple[str, str]] = {
    Measure.CLAIM: (_N("Until taken"), _N("From the report until somebody of the helpdesk took the ticket.")),
    Measure.WORD: (
        _N("First word"),
        _N("From the report until somebody of the helpdesk wrote to the reporter; automatic receipts do not count."),
    ),
    Measure.WORKAROUND: (
        _N("Workaround"),
        _N("From the report until the work could go on by a workaround; only tickets that had one."),
    ),
    Measure.RESTORE: (
        _N("Work restored"),
        _N(
            "From the report until the workaround or the solution, whichever came first, without the time in which the "
            "helpdesk waited for the reporter or for NMCP."
        ),
    ),
    Measure.SOLUTION: (
        _N("Solution"),
        _N("From the report until the solution, without the time of waiting for the reporter or for NMCP."),
    ),
    Measure.SOLUTION_WHOLE: (
        _N("Solution, waiting included"),
        _N("From the report until the solution, as the reporter lived it: nothing is taken off."),
    ),
}
STAGES: Mapping[str, str] = {
    Stage.QUEUED: _N("in the queue"),
    Stage.HELD: _N("being handled"),
    Stage.ASKED: _N("waiting for the reporter"),
    Stage.NMCP: _N("with NMCP"),
    Stage.LEVEL3: _N("at level 3"),
    Stage.LATER: _N("for after the campaign"),
    PAST: _N("open then, ended since"),
}
SOURCES: Mapping[str, str] = {
    "whatsapp": _N("WhatsApp"),
    "phone": _N("telephone"),
    "mobile": _N("Salama app"),
    "web": _N("Salama web"),
}
CHANGES: Mapping[str, str] = {
    "registered": _N("registered"),
    "accepted": _N("accepted"),
    "declined": _N("declined"),
    "done": _N("done"),
}
TIMES = _N(
    "Times are of the tickets received in the period, in helpdesk hours: only the hours in which the helpdesk is open "
    "count. Median: half of them were quicker. P90: nine of ten were. In time: the part that kept its target, of those "
    "done and those whose target has passed undone."
)
NMCP = _N("Tickets marked for NMCP or lying there. The age is in helpdesk hours since the report, waiting included.")
CRITICAL = _N("Open tickets of severity 1, and those put off until after the campaign, oldest first.")
FAQ = _N(
    "Solved: the person said outright that the answer helped; silence counts as nothing. The counters run since the "
    "question was entered, whatever the period."
)
INCIDENTS = _N("Reports of the period that belong to an incident; each is counted once among the tickets received.")
REGISTER = _N("Wishes entered in the period. They are no incidents and appear in no other count.")
OVERDUE = _N("Open tickets whose next deadline has passed.")
STAGES_MEANING = _N("Where the open tickets stand, by severity.")
CALLS = _N("Tickets that staff entered after a telephone call.")
USERS = _N("By the member of staff who holds the ticket or held it last.")
