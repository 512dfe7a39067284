"""What the campaign cannot give: the list for after it, its pack, what became of it; and wishes."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.cli import ScriptInfo
from sqlalchemy import select

from app import cli, create_app
from store.acts import Act
from store.changes import change_requests
from store.conversations import Attachment
from store.people import Role
from store.tickets import Stage, TicketEvent
from tests.databases import CELESTINO
from tests.world import Chat, World

OFELIA, TITO = "+258840000021", "+258840000022"


@pytest.fixture
def staffed(world: World) -> World:
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    world.enrol("Tito Mussa", TITO, Role.L2_LEAD)
    for phone in (OFELIA, TITO, CELESTINO):
        Chat(world, phone).says("pt")
    return world


def run(world: World, *words: str) -> tuple[int, str]:
    """A command in a process of its own, and what the worker then does."""
    app = create_app(world.settings, world.clock)
    try:
        result = CliRunner().invoke(cli, ["after-campaign", *words], obj=ScriptInfo(create_app=lambda: app))
    finally:
        app.extensions["bridge"].close()
    world.work()
    return result.exit_code, result.output


def list_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "after-campaign.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_lead_puts_a_ticket_off_and_its_reporter_is_told(staffed: World) -> None:
    ticket = staffed.open_ticket()
    with staffed.bridge.sessions.begin() as session:
        data = {"text": "use a lista em papel"}
        session.add(TicketEvent(ticket_id=ticket, kind="workaround", actor="Tito", at=staffed.clock(), data=data))
    tito = Chat(staffed, TITO)
    assert tito.asks(f"pos {ticket}") == "Porquê? Por exemplo: POS 27 precisa de nova versão da app"
    assert tito.asks(f"pos {ticket} precisa de nova versão") == (
        f"O #{ticket} fica para depois da campanha; Celestino Amade foi avisado."
    )
    assert staffed.chat().unheard()[-1] == (
        f"Pedido #{ticket}: não é possível corrigir durante a campanha. A eGov trata logo a seguir e avisamos do "
        "resultado. Até lá: use a lista em papel"
    )
    stored = staffed.ticket(ticket)
    assert (stored.stage, stored.due_at) == (Stage.LATER, None)
    assert tito.asks(f"pos {ticket} outra vez") == f"O #{ticket} já está na lista para depois da campanha."
    before = len(staffed.phones.messages(TITO))
    staffed.pass_time(hours=30)
    assert len(staffed.phones.messages(TITO)) == before, "it has left the clock"


def test_an_agent_cannot_put_off_and_the_refusal_is_recorded(staffed: World) -> None:
    ticket = staffed.open_ticket()
    Chat(staffed, OFELIA).says(f"POS {ticket} porque sim")
    assert staffed.ticket(ticket).stage == Stage.QUEUED
    with staffed.bridge.sessions() as session:
        kinds = session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket))
        assert "denied" in list(kinds)


def test_the_pack_holds_every_such_ticket_and_only_those(staffed: World, tmp_path: Path) -> None:
    wanted = [staffed.open_ticket(report=f"=falha {n}, ligue 84 000 0001") for n in range(3)]
    other = staffed.open_ticket()
    with staffed.bridge.sessions.begin() as session:
        for ticket in (wanted[0], other):
            session.add(
                Attachment(
                    conversation_id=1,
                    ticket_id=ticket,
                    url="",
                    content_type="image/jpeg",
                    content=b"\xff\xd8\xff picture",
                    state="kept",
                    received_at=staffed.clock(),
                )
            )
    tito = Chat(staffed, TITO)
    for ticket in wanted:
        tito.asks(f"POS {ticket} precisa de nova versão")
    assert run(staffed, "list")[1].endswith("3 for after the campaign.\n")
    status, said = run(staffed, "export", "--out", str(tmp_path / "pack"))
    assert (status, said) == (0, f"3 requests and 1 files are in {tmp_path / 'pack'}.\n")
    rows = list_of(tmp_path / "pack")
    assert [int(row["request"]) for row in rows] == wanted
    assert rows[0]["report"] == "'=falha 0, ligue [number kept by the helpdesk]"
    assert rows[0]["put_off_by"] == "Tito Mussa"
    assert rows[0]["reported_at"] == "2026-11-24T10:00+02:00"
    assert [path.name for path in (tmp_path / "pack" / "files").iterdir()] == [str(wanted[0])]
    assert (tmp_path / "pack" / rows[0]["files"]).read_bytes() == b"\xff\xd8\xff picture"
    history = (tmp_path / "pack" / "history.csv").read_text("utf-8-sig")
    assert {line.split(",")[0] for line in history.splitlines()[1:]} == {str(ticket) for ticket in wanted}
    assert "84 000 0001" not in history
    assert run(staffed, "export", "--out", str(tmp_path / "pack"))[0] == 1


def test_outcomes_are_recorded_once_and_each_reporter_is_told(staffed: World, tmp_path: Path) -> None:
    tickets = [staffed.open_ticket() for _ in range(3)]
    for ticket in tickets:
        Chat(staffed, TITO).asks(f"POS {ticket} depois")
    file = tmp_path / "list.csv"
    file.write_text(
        "request,outcome,outcome_text\n"
        f"{tickets[0]},fixed,A versão nova corrige a lista.\n{tickets[1]},not_fixed,Fica como está.\n{tickets[2]},,\n",
        "utf-8",
    )
    assert run(staffed, "import", str(file), "--by", "84 000 0022") == (0, "0 added, 2 changed, 1 unchanged\n")
    told = staffed.chat().unheard()
    assert (
        f"Pedido #{tickets[0]}, que ficou para depois da campanha, está resolvido: A versão nova corrige a lista."
        in told
    )
    assert f"Pedido #{tickets[1]}, que ficou para depois da campanha, não vai ser alterado: Fica como está." in told
    first = staffed.ticket(tickets[0])
    assert (first.stage, first.outcome) == (Stage.CLOSED, "later")
    assert staffed.ticket(tickets[2]).stage == Stage.LATER
    assert run(staffed, "import", str(file), "--by", "84 000 0022")[1] == "0 added, 0 changed, 3 unchanged\n"
    assert run(staffed, "list")[1].endswith("1 for after the campaign.\n")


def test_a_wrong_list_changes_nothing_and_names_its_lines(staffed: World, tmp_path: Path) -> None:
    ticket = staffed.open_ticket()
    Chat(staffed, TITO).asks(f"POS {ticket} depois")
    other = staffed.open_ticket()
    file = tmp_path / "list.csv"
    file.write_text(
        f"request,outcome,outcome_text\n{ticket},done,x\n{ticket},fixed,\n{other},fixed,x\nabc,fixed,x\n", "utf-8"
    )
    status, said = run(staffed, "import", str(file), "--by", "84 000 0022")
    assert status == 1
    for words in ("line 2, outcome", "line 3, outcome_text", f"line 4, request: request {other} was never", "line 5"):
        assert words in said
    assert staffed.ticket(ticket).stage == Stage.LATER
    assert run(staffed, "import", str(file), "--by", "84 000 0021")[0] == 1


def test_a_wish_goes_into_the_register_and_is_never_a_solved_incident(staffed: World) -> None:
    ticket = staffed.open_ticket(report="Seria bom ver o mapa das casas")
    ofelia = Chat(staffed, OFELIA)
    assert "vai para o registo de mudanças" in ofelia.asks(f"MELHORIA {ticket}")
    assert staffed.ticket(ticket).stage == Stage.QUEUED
    assert ofelia.asks("sim") == f"O #{ticket} está no registo de mudanças e encerrado; Celestino Amade foi avisado."
    assert "Fica no registo de mudanças para depois da campanha. Obrigado." in staffed.chat().unheard()[-1]
    closed = staffed.ticket(ticket)
    assert (closed.stage, closed.outcome, closed.solved_at) == (Stage.CLOSED, "wish", None)
    with staffed.bridge.sessions() as session:
        assert [wish.ticket_id for wish in change_requests(session)] == [ticket]
        assert [act.verb for act in session.scalars(select(Act))] == ["resolve"]
    assert ofelia.asks(f"MELHORIA {ticket}") == f"O #{ticket} já está resolvido ou encerrado."
    staffed.settle()
    staffed.relay()
    staffed.pass_time(hours=26)
    staffed.relay()
    assert not [text for text in staffed.chat().unheard() if "resolvido" in text], "nobody calls a wish solved"
    assert staffed.ticket(ticket).outcome == "wish"
