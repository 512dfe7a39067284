"""Anything at all, written to the reporter's dialogue and to the staff's commands: always an answer, never an error."""

import itertools

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.staff.commands import BY_VERB
from store.outbox import Channel
from store.people import Role
from tests.databases import CELESTINO, ONLY_SQLITE
from tests.forms import inbound
from tests.integration.test_webhook import post
from tests.world import World

pytestmark = ONLY_SQLITE
OFELIA = "+258840000021"
ON_ONE_WORLD = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NUMBERS = itertools.count(1)
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=80),
    st.sampled_from(["{0.__class__}", "{name}", "%s", "' OR 1=1 --", "<b>", "#999999999999999999", "1" * 4000, "2 "]),
    st.sampled_from(["menu", "voltar", "cancelar", "estado 1", "sim", "não", "urgente", "pessoa", "parar", "enviar"]),
)
COMMANDS = st.builds(
    "{} {} {}".format,
    st.sampled_from(sorted(word for command in BY_VERB.values() for word in (*command.pt, *command.en))),
    st.sampled_from(["", "1", "#1", "1 1 1", "99999999999999999999", "-1", "²", "PGR-1", "\u202e1"]),
    TEXTS,
)
TAPS = st.one_of(
    st.just(""),
    st.builds("v1:{}:{}:{}".format, st.sampled_from(["staff", "solved", "rating", "confirm", "nmcp"]), TEXTS, TEXTS),
)


def replies(world: World) -> int:
    return sum(1 for row in world.rows() if row.channel == Channel.WHATSAPP)


@ON_ONE_WORLD
@given(text=st.one_of(TEXTS, COMMANDS), tap=TAPS)
def test_a_reporter_may_write_anything(world: World, text: str, tap: str) -> None:
    more = {"ButtonPayload": tap} if tap else {}
    assert post(world, inbound(next(NUMBERS), text, phone=CELESTINO, **more)).status_code == 204


@ON_ONE_WORLD
@given(text=st.one_of(COMMANDS, TEXTS), tap=TAPS)
def test_staff_may_write_anything_and_are_answered(world: World, text: str, tap: str) -> None:
    if not world.rows():
        world.enrol("Ofélia Nampaco", OFELIA, Role.L2_LEAD)
        world.open_ticket()
    before = replies(world)
    more = {"ButtonPayload": tap} if tap else {}
    assert post(world, inbound(next(NUMBERS), text, phone=OFELIA, **more)).status_code == 204
    assert replies(world) > before
