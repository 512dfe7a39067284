"""One report from the first message to the last reply, seen through its log: one id throughout, nothing personal."""

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ops.logs import configure_logs
from store.people import Person
from store.trace import new_trace, traced
from tests.databases import CELESTINO
from tests.integration.test_staff_chat import OFELIA, staffed
from tests.world import Chat, World

__all__ = ["staffed"]
PAGE = Path(__file__).parents[2] / "docs" / "log.md"
REPORT = "A app da Amina de Namaponda nao sincroniza desde ontem, da erro de ligaçao"
ANSWERS = "3 telefones, 42 registos na dela os outros n sei. sim parado. o meu numero 84 000 0077, a senha é Mosquito9"
ASKED = "que versão mostra o ecrã?"
SAID = "mostra 1.4.2"
SOLUTION = "Reiniciou o telefone e sincronizou"
WORDS = (REPORT, ANSWERS, ASKED, SAID, SOLUTION, "Amina", "Namaponda", "Mosquito9", "840000077", "84 000 0077")


@pytest.fixture
def log(staffed: World) -> Iterator[io.StringIO]:
    """The log of a world in which everybody has said a word already."""
    stream = io.StringIO()
    configure_logs(stream=stream)
    yield stream
    configure_logs()


def played(world: World, log: io.StringIO) -> list[dict[str, Any]]:
    """Play the report of ticket #1 and answer the lines that were logged meanwhile."""
    reporter, ofelia = world.chat(), Chat(world, OFELIA)
    for text in (REPORT, ANSWERS, "enviar"):
        reporter.says(text)
    world.settle(minutes=1)
    ofelia.says("pegar 1")
    ofelia.says(f"perg 1 {ASKED}")
    reporter.says(SAID)
    world.settle(minutes=5)
    answer = ofelia.asks(f"resolver 1 {SOLUTION}")
    while "antes de encerrar" in answer:
        answer = ofelia.asks("Celestino Amade, às 10:41")
    world.settle(minutes=5)
    reporter.says("sim")
    world.settle(minutes=5)
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_one_id_goes_from_the_first_message_to_the_last_reply(staffed: World, log: io.StringIO) -> None:
    lines = played(staffed, log)
    trace = staffed.ticket(1).trace
    assert trace is not None
    ours = [line for line in lines if line.get("trace") == trace]
    kinds = [line["event"] for line in ours]
    for event in ("turn", "ticket", "filed", "salama.acted", "sent"):
        assert event in kinds, kinds
    assert kinds.index("turn") < kinds.index("ticket") < kinds.index("filed") < kinds.index("salama.acted")
    assert sum(line["event"] == "turn" for line in ours) >= 7, "the messages of the reporter and of the staff"
    about = [line for line in lines if line.get("ticket") == 1]
    assert {line.get("trace") for line in about} == {trace}, [line for line in about if line.get("trace") != trace]
    told = [message for message in staffed.phones.messages(CELESTINO) if not message.is_inbound]
    sent = {line["message"] for line in ours if line["event"] == "sent"}
    assert {message.sid for message in told[1:]} <= sent, "every word to the reporter but the one before the report"


def test_nothing_personal_stands_in_the_log(staffed: World, log: io.StringIO) -> None:
    played(staffed, log)
    text = log.getvalue()
    with staffed.bridge.sessions() as session:
        people = session.query(Person).all()
    for person in people:
        assert person.phone not in text
        assert person.phone[-7:] not in text
        for part in person.name.split():
            assert part not in text
    for words in WORDS:
        assert words not in text
    for secret in ("fictional", staffed.settings.twilio_auth_tokens[0], "X-Twilio-Signature", "authToken"):
        assert secret not in text
    assert not re.search(r"(?<![\w-])\+?\d{8,15}(?![\w-])", text)


def test_the_page_about_the_log_shows_what_is_logged(staffed: World, log: io.StringIO) -> None:
    lines = played(staffed, log)
    shown = [json.loads(line) for line in PAGE.read_text("utf-8").splitlines() if line.startswith("{")]
    trace = staffed.ticket(1).trace
    ours = [line for line in lines if line.get("trace") == trace]
    assert {(line["event"], *line) for line in shown} == {(line["event"], *line) for line in ours}
    assert len(shown) == pytest.approx(len(ours), abs=3), "how often Salama is looked at may differ"


def test_in_several_threads_each_delivery_keeps_its_own(staffed: World, log: io.StringIO) -> None:
    traces = {}
    for _ in range(3):
        with traced(new_trace()):
            ticket = staffed.open_ticket()
        traces[ticket] = staffed.ticket(ticket).trace
    assert len(set(traces.values())) == 3
    with staffed.live():
        staffed.eventually(lambda: log.getvalue().count('"event": "filed"') == 3, within_s=60)
    filed = [json.loads(line) for line in log.getvalue().splitlines() if '"event": "filed"' in line]
    assert {line["ticket"]: line["trace"] for line in filed} == traces
