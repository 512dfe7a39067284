"""What a round of deliveries asks of the database: as much for many rows as for one."""

from bot.messages import OutboundMessage
from desk.telling import lane
from store.conversations import create_conversation
from store.outbox import Channel, RowState, enqueue
from store.sent import Sent
from store.tickets import Filing
from tests.databases import ONLY_POSTGRESQL
from tests.statements import statements
from tests.world import World

MANY, ROUND = 7, 10
EACH_FILING = 2
"""A ticket's mark before it is created, which PostgreSQL takes for all in one go, and when its row is tried again."""


def phones(count: int) -> list[str]:
    return [f"+25884111{number:04}" for number in range(count)]


def queue_replies(world: World, count: int) -> None:
    """A reply to each of so many people."""
    with world.bridge.sessions.begin() as session:
        for phone in phones(count):
            found = create_conversation(session, f"whatsapp:{phone}", phone=phone, external_user_id=None)
            found.last_inbound_at = world.clock()
            payload = {"conversation": found.id, "reply": OutboundMessage("Está bem.").as_payload()}
            enqueue(session, Channel.WHATSAPP, lane(found.id), payload, world.clock())


def asked_in_a_round(world: World, channel: Channel) -> int:
    """How many statements claim and perform what is due, settle it, and claim again."""
    dispatcher = world.dispatcher(channel, pool=world._pool)
    with statements(world.bridge.engine) as seen:
        dispatcher.round()
        dispatcher.round()
    return len(seen)


@ONLY_POSTGRESQL
def test_messages_of_a_round_share_their_statements(world: World) -> None:
    """SQLite writes each message by itself to learn its id; nothing travels there."""
    queue_replies(world, 1)
    alone = asked_in_a_round(world, Channel.WHATSAPP)
    queue_replies(world, MANY)
    assert asked_in_a_round(world, Channel.WHATSAPP) <= alone <= ROUND
    assert {row.state for row in world.rows()} == {RowState.DONE}
    with world.bridge.sessions() as session:
        sent = session.query(Sent).order_by(Sent.id).all()
    assert len(sent) == 1 + MANY
    assert all(each.sid and not each.is_unclear for each in sent)
    arrived = {message.sid: message.address for message in world.phones.outbound()}
    assert [arrived[each.sid or ""] for each in sent[1:]] == [f"whatsapp:{phone}" for phone in phones(MANY)]


def test_filings_of_a_round_share_what_the_dispatcher_asks(world: World) -> None:
    def open_and_file(count: int) -> int:
        tickets = [world.open_ticket() for _ in range(count)]
        asked = asked_in_a_round(world, Channel.COMPLAINT)
        assert {world.ticket(ticket).filing for ticket in tickets} == {Filing.NUMBERED}
        assert all(world.ticket(ticket).number for ticket in tickets)
        return asked

    first, second, four = (open_and_file(count) for count in (1, 1, 4))
    assert first >= second
    assert four - second <= 3 * EACH_FILING
