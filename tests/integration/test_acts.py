"""Acts in Salama in both variants of its workflow: what is asked for, what Salama then has, what the bridge keeps."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from desk.acting import Deed
from intake.ports import Complaint
from sandbox.salama import SalamaSandbox
from store.acts import ActState
from store.tickets import Filing
from tests.acting import CELIA, ERNESTO, act, asked, done_in, events, staff, states
from tests.clocks import MovableClock
from tests.conftest import PASSWORD, SEED
from tests.faults.support import numbers
from tests.world import Chat, World

BOTH = pytest.mark.parametrize("salama", ["hcm", "municipal"], indirect=True)
MUNICIPAL = pytest.mark.parametrize("salama", ["municipal"], indirect=True)
SIGNED = "— Ernesto Nhantumbo (L2-NPL-01)"


@pytest.fixture
def salama(request: pytest.FixtureRequest, clock: MovableClock) -> Iterator[SalamaSandbox]:
    """Salama in small, with the workflow that the test asks for."""
    variant = getattr(request, "param", "hcm")
    sandbox = SalamaSandbox(password=PASSWORD, clock=clock, rng=random.Random(SEED), workflow=variant)
    yield sandbox
    sandbox.close()


def filed(world: World, **changes: Any) -> tuple[int, str]:
    """A ticket that Salama has: its short number and the complaint's."""
    staff(world)
    ticket = world.open_ticket(**changes)
    world.settle()
    return ticket, numbers(world, ticket)[0]


def about_salama(world: World, phone: str) -> list[str]:
    """What a member of staff was told about their tickets in Salama."""
    return [text for text in Chat(world, phone).unheard() if "Salama" in text]


def with_logins(world: World) -> None:
    """From now on the bridge may act as both members of staff."""
    world.restart(salama_staff={"L2-NPL-01": PASSWORD, "HD-NPL-01": PASSWORD})


@BOTH
def test_a_ticket_is_assigned_and_resolved_as_the_member_of_staff(world: World) -> None:
    with_logins(world)
    ticket, number = filed(world)
    asked(world, ticket, Deed.ASSIGN, "vou ver", assignee=ERNESTO)
    asked(world, ticket, Deed.RESOLVE, "reinicie a app")
    world.settle()
    assert states(world, ticket) == [ActState.DONE, ActState.DONE]
    assert done_in(world.salama, number) == [("ASSIGN", "vou ver"), ("RESOLVE", "reinicie a app")]
    assert world.salama.ticket(number).status == "RESOLVED"
    assert world.ticket(ticket).status == "RESOLVED"


@BOTH
def test_a_deed_takes_the_steps_that_lead_to_it(world: World) -> None:
    with_logins(world)
    ticket, number = filed(world)
    asked(world, ticket, Deed.RESOLVE, "já funciona")
    other, second = filed_more(world)
    asked(world, other, Deed.ASSIGN, "", assignee=ERNESTO)
    asked(world, other, Deed.REJECT, "é repetido")
    world.settle()
    assert world.salama.ticket(number).status == "RESOLVED"
    assert done_in(world.salama, number)[-1] == ("RESOLVE", "já funciona")
    assert world.salama.ticket(second).status == "REJECTED"
    assert states(world, other) == [ActState.DONE, ActState.DONE]


def filed_more(world: World) -> tuple[int, str]:
    ticket = world.open_ticket()
    world.settle()
    return ticket, numbers(world, ticket)[0]


def test_without_their_login_the_service_account_names_the_person(world: World) -> None:
    ticket, number = filed(world)
    asked(world, ticket, Deed.ASSIGN, "vou ver <já> & volto", assignee=ERNESTO)
    asked(world, ticket, Deed.REJECT, "x" * 2000)
    world.settle()
    (assign, reject) = done_in(world.salama, number)
    assert assign == ("ASSIGN", f"vou ver ‹já> & volto\n{SIGNED}")
    assert reject[0] == "REJECT"
    assert len(reject[1]) <= 1000
    assert reject[1].endswith(f"…\n{SIGNED}")
    assert world.salama.ticket(number).status == "REJECTED"


@MUNICIPAL
def test_what_salama_offers_to_nobody_of_ours_is_kept_here_and_told(world: World) -> None:
    ticket, number = filed(world)
    asked(world, ticket, Deed.RESOLVE, "feito")
    world.settle()
    assert states(world, ticket) == [ActState.KEPT]
    assert done_in(world.salama, number) == []
    assert f"#{ticket}: a nossa conta não pode fazer isto no Salama; fica guardado só aqui." in about_salama(
        world, ERNESTO
    )


def test_a_note_travels_on_an_assignment_to_nobody(world: World) -> None:
    ticket, number = filed(world)
    asked(world, ticket, Deed.COMMENT, "liguei ao supervisor")
    world.settle()
    assert done_in(world.salama, number) == [("ASSIGN", f"liguei ao supervisor\n{SIGNED}")]
    assert states(world, ticket) == [ActState.DONE]


@MUNICIPAL
def test_a_note_that_no_step_can_carry_is_kept_without_a_word(world: World) -> None:
    with_logins(world)
    ticket, number = filed(world)
    asked(world, ticket, Deed.COMMENT, "liguei ao supervisor")
    world.settle()
    assert (states(world, ticket), done_in(world.salama, number)) == ([ActState.KEPT], [])
    assert about_salama(world, ERNESTO) == []


def test_whom_salama_would_refuse_owns_the_ticket_here_and_is_told(world: World) -> None:
    ticket, number = filed(world)
    first = asked(world, ticket, Deed.ASSIGN, "fico com este", by=CELIA)
    world.settle()
    assert (act(world, first).state, act(world, first).fault) == (ActState.KEPT, "department: eGov")
    assert done_in(world.salama, number) == []
    (told,) = about_salama(world, CELIA)
    assert "só aceita pessoal eGov para este tipo" in told
    world.salama.faults.clear()
    asked(world, ticket, Deed.RESOLVE, "feito", by=CELIA)
    world.settle()
    assert world.salama.ticket(number).status == "RESOLVED"


def test_who_is_not_on_the_staff_list_owns_the_ticket_here(world: World) -> None:
    ticket, number = filed(world)
    asked(world, ticket, Deed.ASSIGN, "ele fica", assignee="+258840000002")
    world.settle()
    assert (states(world, ticket), done_in(world.salama, number)) == ([ActState.KEPT], [])


def test_nothing_of_the_record_is_lost_and_the_type_changes_only_when_asked(world: World) -> None:
    ticket, number = filed(world, latitude=-16.2, longitude=39.9)
    before = record(world, ticket)
    asked(world, ticket, Deed.COMMENT, "nota")
    world.settle()
    after = record(world, ticket)
    changing = {"auditDetails", "rating"}  # the service writes 0 where nobody rated yet
    assert {k: v for k, v in after.items() if k not in changing} == {
        k: v for k, v in before.items() if k not in changing
    }
    assert after["auditDetails"]["createdTime"] == before["auditDetails"]["createdTime"]
    asked(world, ticket, Deed.COMMENT, "é do painel", service_code="DataIssues")
    world.settle()
    assert world.salama.ticket(number).service_code == "DataIssues"


def record(world: World, ticket: int) -> dict[str, dict[str, object]]:
    complaint_id = world.ticket(ticket).complaint_id
    assert complaint_id is not None
    (complaint,) = world.bridge.salama.read([complaint_id]).complaints
    assert isinstance(complaint, Complaint)
    return dict(complaint.raw)  # type: ignore[arg-type]


def test_what_was_closed_in_salama_meanwhile_is_not_done_and_told(world: World) -> None:
    ticket, number = filed(world)
    world.salama.act(number, "RESOLVE", "resolvido na web")
    asked(world, ticket, Deed.REJECT, "não é connosco")
    world.settle()
    assert states(world, ticket) == [ActState.REFUSED]
    assert done_in(world.salama, number) == [("RESOLVE", "resolvido na web")]
    assert (
        Chat(world, ERNESTO).unheard()[-1].startswith(f"#{ticket} foi alterado no Salama entretanto (agora: resolvido)")
    )
    assert "refused" in events(world, ticket)


def test_an_act_waits_until_its_ticket_is_filed(world: World) -> None:
    staff(world)
    world.salama.faults.mode = "down"
    ticket = world.open_ticket()
    asked(world, ticket, Deed.RESOLVE, "afinal funciona")
    world.pass_time(minutes=3)
    assert states(world, ticket) == [ActState.WAITING]
    world.salama.faults.mode = "ok"
    world.settle()
    assert world.ticket(ticket).filing == Filing.FILED
    assert done_in(world.salama, numbers(world, ticket)[0]) == [("RESOLVE", f"afinal funciona\n{SIGNED}")]


def test_a_refused_login_of_one_person_holds_up_nothing(world: World) -> None:
    world.restart(salama_staff={"L2-NPL-01": "errada"})
    ticket, number = filed(world)
    for _ in range(3):
        asked(world, ticket, Deed.COMMENT, "nota")
        world.settle()
    assert done_in(world.salama, number) == [("ASSIGN", f"nota\n{SIGNED}")] * 3
    assert not world.salama.tokens.is_locked("L2-NPL-01")
