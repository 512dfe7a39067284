"""Many reports of one failure: which tickets are proposed as one incident."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.incidents import Grouping, Proposal, Report, group, propose
from store.tickets import Link, Ticket, TicketLink
from tests.statements import statements
from tests.world import World

GROUPING = Grouping(3, timedelta(hours=1), 0.4, frozenset({"performance.network"}))
NETWORK = {"category": "performance", "kind": "network", "district": "Memba"}


def proposed(world: World, ticket: int, *, is_known: bool = False) -> Proposal | None:
    with world.bridge.sessions() as session:
        return propose(session, session.get_one(Ticket, ticket), world.clock(), GROUPING, is_known=is_known)


def opened(world: World, *reports: str, **about: Any) -> list[int]:
    return [world.open_ticket(report=report, **(NETWORK | about)) for report in reports]


def test_the_third_report_of_one_kind_in_a_district_within_an_hour_is_proposed(world: World) -> None:
    first, second, third = opened(world, "sem rede", "nao ha sinal em Chipene", "movitel em baixo")
    assert proposed(world, third) == Proposal("performance", "network", "Memba", (first, second, third), None)


def test_other_districts_kinds_and_hours_do_not_count(world: World) -> None:
    opened(world, "sem rede")
    world.clock.advance(minutes=61)
    opened(world, "sem rede", district="Angoche")
    opened(world, "app lenta", kind="slow")
    (last,) = opened(world, "sem rede")
    assert proposed(world, last) is None
    (nowhere,) = opened(world, "sem rede", district="")
    assert proposed(world, nowhere) is None


def test_reports_of_a_broad_kind_must_have_words_in_common(world: World) -> None:
    about = {"category": "technical", "kind": "app"}
    alike = opened(
        world, "a app nao sincroniza, erro 503", "erro 503 quando sincronizamos", "nao sincroniza da erro 503", **about
    )
    (other,) = opened(world, "o botao de entregar nao responde no ecra", **about)
    found = proposed(world, alike[-1])
    assert found is not None
    assert found.tickets == tuple(alike)
    assert proposed(world, other) is None


def test_a_closed_ticket_is_no_part_of_it(world: World) -> None:
    first, _, third = opened(world, "sem rede", "sem rede", "sem rede")
    with world.bridge.sessions.begin() as session:
        session.get_one(Ticket, first).is_open = False
    assert proposed(world, third) is None


def test_one_more_report_of_a_known_incident_is_proposed_for_it(world: World) -> None:
    first, second, third = opened(world, "sem rede", "sem rede", "sem rede")
    with world.bridge.sessions.begin() as session:
        session.add_all(TicketLink(ticket_id=each, other_id=first, kind=Link.INCIDENT) for each in (second, third))
    assert proposed(world, third) is None
    (fourth,) = opened(world, "sem rede")
    assert proposed(world, fourth) == Proposal("performance", "network", "Memba", (first, second, third, fourth), first)


def test_in_a_group_that_was_proposed_only_what_people_joined_is_looked_at(world: World) -> None:
    first, second, third = opened(world, "sem rede", "sem rede", "sem rede")
    assert proposed(world, third, is_known=True) is None
    with world.bridge.sessions.begin() as session:
        session.add(TicketLink(ticket_id=second, other_id=first, kind=Link.INCIDENT))
    assert proposed(world, second, is_known=True) is None
    assert proposed(world, third, is_known=True) == Proposal(
        "performance", "network", "Memba", (first, second, third), first
    )
    (other,) = opened(world, "app lenta", kind="slow")
    assert proposed(world, other, is_known=True) is None


def test_the_question_is_one_statement(world: World) -> None:
    *_, last = opened(world, *["sem rede"] * 5)
    with world.bridge.sessions() as session:
        ticket = session.get_one(Ticket, last)
        with statements(world.bridge.engine) as seen:
            propose(session, ticket, world.clock(), GROUPING)
    assert len(seen) == 1


_REPORTS = st.builds(
    Report,
    st.integers(1, 30),
    st.sampled_from(["performance", "technical"]),
    st.sampled_from(["network", "app"]),
    st.sampled_from(["sem rede", "erro 503 ao sincronizar", "a app fecha", ""]),
    st.one_of(st.none(), st.integers(1, 5)),
)


@given(_REPORTS, st.lists(_REPORTS, max_size=8))
def test_a_group_holds_the_newest_and_enough_others(newest: Report, others: list[Report]) -> None:
    found = group(newest, others, GROUPING)
    if found is not None:
        tickets, parent = found
        assert newest.ticket in tickets
        assert list(tickets) == sorted(set(tickets))
        assert parent is not None or len(others) + 1 >= GROUPING.tickets
        assert newest.incident is None


@pytest.mark.parametrize("count", [0, 1])
def test_fewer_than_three_are_no_incident(count: int) -> None:
    report = Report(1, "performance", "network", "sem rede")
    assert group(report, [Report(2, "performance", "network", "sem rede")] * count, GROUPING) is None
