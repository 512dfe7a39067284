"""Deeds find their way through whatever workflow Salama has."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.acting import Deed
from desk.steps import next_step
from intake.ports import Caller, Workflow
from intake.statuses import Ending, ending_of

Table = Mapping[tuple[str, str], tuple[str, tuple[str, ...]]]

HCM: Table = {
    ("PENDING_ASSIGNMENT", "RESOLVE"): ("RESOLVED", ("HELPDESK_USER", "L2_SUPPORT")),
    ("PENDING_ASSIGNMENT", "ASSIGN"): ("PENDING_ASSIGNMENT", ("HELPDESK_USER", "L2_SUPPORT")),
    ("PENDING_ASSIGNMENT", "REJECT"): ("REJECTED", ("HELPDESK_USER",)),
}
MUNICIPAL: Table = {
    ("PENDINGFORASSIGNMENT", "ASSIGN"): ("PENDINGATLME", ("GRO",)),
    ("PENDINGFORASSIGNMENT", "REJECT"): ("REJECTED", ("GRO",)),
    ("PENDINGATLME", "RESOLVE"): ("RESOLVED", ("PGR_LME",)),
    ("PENDINGATLME", "REASSIGN"): ("PENDINGFORREASSIGNMENT", ("PGR_LME",)),
    ("PENDINGFORREASSIGNMENT", "ASSIGN"): ("PENDINGATLME", ("GRO",)),
    ("PENDINGFORREASSIGNMENT", "REJECT"): ("REJECTED", ("GRO",)),
    ("RESOLVED", "REOPEN"): ("PENDINGFORASSIGNMENT", ("CSR",)),
}
SERVICE = Caller("s", frozenset({"EMPLOYEE", "HELPDESK_USER"}))
L2 = Caller("p", frozenset({"EMPLOYEE", "L2_SUPPORT"}), "L2-NPL-01")
OFFICER = Caller("g", frozenset({"GRO"}), "HD-NPL-01")
ENGINEER = Caller("l", frozenset({"PGR_LME"}), "L2-NPL-01")


def workflow(table: Table) -> Workflow:
    actions: dict[str, dict[str, frozenset[str]]] = {}
    targets: dict[str, dict[str, str]] = {}
    for (status, action), (target, roles) in table.items():
        actions.setdefault(status, {})[action] = frozenset(roles)
        targets.setdefault(status, {})[action] = target
    return Workflow(frozenset({"RESOLVED", "REJECTED"}), actions, {"CREATE": frozenset({"HELPDESK_USER"})}, targets)


def step(deed: Deed, table: Table, status: str, *callers: Caller) -> tuple[str, str, bool] | None:
    found = next_step(deed, workflow(table), status, callers)
    return (found.action, found.caller.uuid, found.is_last) if found else None


@pytest.mark.parametrize(
    ("deed", "expected"),
    [
        (Deed.ASSIGN, ("ASSIGN", "p", True)),
        (Deed.RESOLVE, ("RESOLVE", "p", True)),
        (Deed.REJECT, ("REJECT", "s", True)),  # the person's own role may not, the service account's may
        (Deed.COMMENT, ("ASSIGN", "p", True)),
    ],
)
def test_the_products_workflow(deed: Deed, expected: tuple[str, str, bool]) -> None:
    assert step(deed, HCM, "PENDING_ASSIGNMENT", L2, SERVICE) == expected


def test_the_self_loop_may_bear_the_name_of_its_state() -> None:
    renamed = {("PENDING_ASSIGNMENT", "PENDING_ASSIGNMENT"): ("PENDING_ASSIGNMENT", ("PROGRAMMATIC_SUPPORT",))}
    caller = Caller("x", frozenset({"PROGRAMMATIC_SUPPORT"}))
    assert step(Deed.ASSIGN, renamed, "PENDING_ASSIGNMENT", caller) == ("PENDING_ASSIGNMENT", "x", True)


@pytest.mark.parametrize(
    ("deed", "status", "expected"),
    [
        (Deed.RESOLVE, "PENDINGFORASSIGNMENT", ("ASSIGN", "g", False)),
        (Deed.RESOLVE, "PENDINGATLME", ("RESOLVE", "l", True)),
        (Deed.ASSIGN, "PENDINGFORASSIGNMENT", ("ASSIGN", "g", True)),
        (Deed.ASSIGN, "PENDINGATLME", ("REASSIGN", "l", False)),
        (Deed.REJECT, "PENDINGATLME", ("REASSIGN", "l", False)),
        (Deed.COMMENT, "PENDINGATLME", None),
        (Deed.RESOLVE, "RESOLVED", None),
        (Deed.RESOLVE, "CLOSEDAFTERREJECTION", None),
    ],
)
def test_the_municipal_workflow(deed: Deed, status: str, expected: tuple[str, str, bool] | None) -> None:
    assert step(deed, MUNICIPAL, status, OFFICER, ENGINEER) == expected


def test_no_step_is_taken_when_a_later_one_is_open_to_nobody() -> None:
    assert step(Deed.RESOLVE, MUNICIPAL, "PENDINGFORASSIGNMENT", OFFICER, SERVICE) is None


def test_an_own_action_for_comments_and_the_supervisors_resolution_are_used_where_there_are_such() -> None:
    wide = {
        ("OPEN", "COMMENT"): ("OPEN", ("CITIZEN",)),
        ("OPEN", "RESOLVEBYSUPERVISOR"): ("RESOLVED", ("*",)),
        ("OPEN", "ASSIGN"): ("OPEN", ("GRO",)),
    }
    assert step(Deed.COMMENT, wide, "OPEN", OFFICER) == ("COMMENT", "g", True)
    assert step(Deed.RESOLVE, wide, "OPEN", OFFICER) == ("RESOLVEBYSUPERVISOR", "g", True)
    assert step(Deed.RESOLVE, wide, "OPEN", Caller("n", frozenset({"NOBODY"}))) is None


_STATES = st.sampled_from(["A", "B", "C", "D"])
_ACTIONS = st.sampled_from(["ASSIGN", "REASSIGN", "RESOLVE", "REJECT", "COMMENT", "PENDING_ASSIGNMENT", "RATE"])
_ROLES = st.sets(st.sampled_from(["R", "S", "*"]), min_size=1).map(tuple)


@given(
    st.dictionaries(st.tuples(_STATES, _ACTIONS), st.tuples(_STATES, _ROLES), max_size=14),
    _STATES,
    st.sampled_from(list(Deed)),
)
def test_in_any_workflow_following_the_steps_ends_with_the_deed(
    table: dict[tuple[str, str], tuple[str, tuple[str, ...]]], status: str, deed: Deed
) -> None:
    known, place = workflow(table), status
    for _ in range(10):
        found = next_step(deed, known, place, [Caller("r", frozenset({"R"}))])
        if found is None:
            assert place == status, "a way that was begun is lost"
            return
        assert found.action in known.actions[place]
        place = known.targets[place][found.action]
        if found.is_last:
            return
    raise AssertionError("it goes round in circles")


@pytest.mark.parametrize(
    ("status", "ending"),
    [
        ("RESOLVED", Ending.SOLVED),
        ("CLOSEDAFTERRESOLUTION", Ending.SOLVED),
        ("REJECTED", Ending.REJECTED),
        ("CANCELLED", Ending.CANCELLED),
        ("PENDING_ASSIGNMENT", None),
        ("SOMETHING_NEW", None),
    ],
)
def test_statuses_are_an_open_list(status: str, ending: Ending | None) -> None:
    assert ending_of(status) is ending
