"""The relay when Salama or one complaint fails: what could not be told now is told in the next round, once."""

from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy.orm import Session

from intake.relay import Relay
from store.delivery import DeliveryError
from store.tickets import Ticket
from tests.databases import ONLY_SQLITE
from tests.faults.test_relay import act, filed, heard, relays
from tests.world import World


@pytest.mark.parametrize("path", ["/_search", "/process/_search", "/_count"])
@pytest.mark.parametrize("fault", ["error_500", "internal_400", "html_502", "truncate", "token_lost"])
@ONLY_SQLITE
def test_a_round_that_fails_is_made_good_by_the_next(world: World, fault: str, path: str) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "resolvido")
    world.salama.faults.add(fault, path=path, times=2)
    for _ in range(3):
        with suppress(DeliveryError):
            relays(world, seconds=30)
    assert [body for body in heard(world) if "resolvido" in body] == heard(world)
    assert len(heard(world)) == 1


def test_a_search_that_salama_refuses_keeps_nobody_from_hearing_of_a_known_ticket(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = filed(world)
    act(world, number, "RESOLVE", "resolvido")

    def refuse(**_: int) -> None:
        raise DeliveryError("refused")

    monkeypatch.setattr(world.bridge.salama, "find_created", refuse)
    with pytest.raises(DeliveryError):
        relays(world, seconds=30)
    world.work()
    assert len(heard(world)) == 1


def test_a_complaint_that_cannot_be_digested_does_not_hold_up_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = filed(world), filed(world)
    for number in (first, second):
        act(world, number, "RESOLVE", f"fim {number}")
    real = Relay._state

    def spoil(self: Relay, session: Session, ticket: Ticket, *rest: Any) -> int:
        if ticket.number == first:
            raise ValueError("a surprise")
        return real(self, session, ticket, *rest)

    with monkeypatch.context() as patched:
        patched.setattr(Relay, "_state", spoil)
        assert relays(world, seconds=30) == 1
    assert relays(world, seconds=30) == 1
    assert relays(world, seconds=30) == 0
