"""Attacks on the webhooks: forged, replayed, borrowed, oversized and endless requests. Nothing of them is stored."""

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select
from waitress.server import create_server

from bot.webhooks import MAX_BYTES, MAX_FIELDS, MAX_QUERY
from ops.logs import configure_logs
from ops.server import MAX_BODY, MAX_HEADERS
from store.conversations import Inbound
from store.outbox import Channel
from store.sent import Sent
from tests.databases import ONLY_SQLITE
from tests.forms import inbound, sid, signature, status
from tests.integration.test_webhook import FORM, PATH, post
from tests.world import Chat, World

pytestmark = ONLY_SQLITE
STATUS = "/whatsapp/status"


def stored(world: World) -> int:
    with world.bridge.sessions() as session:
        return session.scalar(select(func.count()).select_from(Inbound)) or 0


def test_a_form_without_a_signature_or_with_anothers_is_refused(world: World) -> None:
    form = inbound(1, "bom dia")
    client = world.app.test_client()
    assert client.post(PATH, data=form, content_type=FORM).status_code == 403
    assert post(world, form, token="anothers-token").status_code == 403
    assert stored(world) == 0


def test_a_message_that_is_played_again_does_nothing(world: World) -> None:
    form = inbound(1, "a app não abre em Namaponda")
    assert post(world, form).status_code == 204
    before = len(world.rows())
    assert [post(world, form).status_code for _ in range(5)] == [204] * 5
    assert (stored(world), len(world.rows())) == (1, before)


def test_a_status_that_is_played_again_does_not_turn_the_clock_back(world: World, chat: Chat) -> None:
    chat.says("bom dia")
    with world.bridge.sessions() as session:
        sent = session.scalars(select(Sent).order_by(Sent.id)).first()
        assert sent is not None
        assert sent.sid is not None
        before = sent.status
    old = status(1, "queued", MessageSid=sent.sid, SmsSid=sent.sid)
    signed = signature(world.settings.public_url + STATUS, old)
    answer = world.app.test_client().post(STATUS, data=old, content_type=FORM, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 204
    with world.bridge.sessions() as session:
        assert session.get_one(Sent, sent.id).status == before == "delivered"


def test_a_signature_is_good_for_one_address_only(world: World) -> None:
    form = inbound(1, "bom dia", MessageStatus="failed")
    signed = signature(world.settings.public_url + STATUS, form)
    client = world.app.test_client()
    for path in (PATH, f"{PATH}?message=1", f"{PATH}/"):
        answer = client.post(path, data=form, content_type=FORM, headers={"X-Twilio-Signature": signed})
        assert answer.status_code in {403, 404}
    assert stored(world) == 0


def test_a_host_header_cannot_choose_the_signed_address(world: World) -> None:
    form = inbound(1, "bom dia")
    signed = signature(f"https://attacker.example{PATH}", form)
    headers = {"X-Twilio-Signature": signed, "Host": "attacker.example", "X-Forwarded-Host": "attacker.example"}
    headers |= {"X-Forwarded-Proto": "https"}
    assert world.app.test_client().post(PATH, data=form, content_type=FORM, headers=headers).status_code == 403


def test_a_form_that_is_too_large_or_has_too_many_fields_is_refused_before_it_is_verified(world: World) -> None:
    assert post(world, inbound(1, "x" * MAX_BYTES)).status_code == 413
    many = inbound(2, "bom dia", **{f"Field{number}": "x" for number in range(MAX_FIELDS)})
    assert post(world, many).status_code == 400
    assert post(world, {**inbound(3, "bom dia"), "Tag": ["x"] * MAX_FIELDS}).status_code == 400
    assert post(world, inbound(4, "bom dia"), query="a=" + "b" * MAX_QUERY).status_code == 400
    assert stored(world) == 0


@pytest.mark.parametrize("count", ["9" * 5000, "-1", "1e9", "²", "٣", "", "10000"])
def test_a_count_of_files_that_is_no_count_breaks_nothing(world: World, count: str) -> None:
    files = {f"MediaUrl{number}": f"https://api.twilio.com/{number}" for number in range(30)}
    assert post(world, inbound(1, "foto", NumMedia=count, **files)).status_code == 204
    assert len([row for row in world.rows() if row.channel == Channel.MEDIA]) <= 10


@pytest.mark.parametrize(
    "address", ["", "sms:+258840000001", "whatsapp:", "whatsapp:+258\r\nBcc: x", "whatsapp:+258 84", "whatsapp:<b>"]
)
def test_an_address_that_is_none_is_refused(world: World, address: str) -> None:
    assert post(world, inbound(1, "bom dia", From=address)).status_code == 400
    assert post(world, inbound(1, "bom dia", From=address + "9" * 300)).status_code == 400
    assert stored(world) == 0


def test_a_long_text_is_cut_and_answered_like_any_other(world: World) -> None:
    assert post(world, inbound(1, "não sincroniza " * 3000)).status_code == 204
    with world.bridge.sessions() as session:
        assert len(session.scalars(select(Inbound.body)).one()) <= 4096


def test_signs_that_show_nothing_never_reach_a_text(world: World) -> None:
    post(world, inbound(1, "a app\x1b[2J \u202emeti\u202c não\u2066 abre\x07\r\nontem"))
    with world.bridge.sessions() as session:
        assert session.scalars(select(Inbound.body)).one() == "a app[2J meti não abre\nontem"


def test_texts_and_numbers_from_outside_make_no_lines_in_the_log(
    capsys: pytest.CaptureFixture[str], world: World
) -> None:
    configure_logs()  # to where this test looks
    forged = '\n{"event": "turn", "level": "info", "conversation": 1}'
    post(world, inbound(1, f"bom dia{forged}", ProfileName=forged), token="anothers-token")
    post(world, inbound(2, f"bom dia{forged}", ProfileName=forged))
    post(world, inbound(3, "x", From=f"whatsapp:{forged}"))
    url = world.settings.public_url + STATUS
    late = status(9, "failed", ErrorCode=forged)
    world.app.test_client().post(
        STATUS, data=late, content_type=FORM, headers={"X-Twilio-Signature": signature(url, late)}
    )
    lines = capsys.readouterr().err.splitlines()
    assert lines
    assert not any(line.startswith('{"event": "turn", "level": "info", "conversation": 1}') for line in lines)
    assert not any("Celestino" in line or "bom dia" in line or "25884" in line for line in lines)


@pytest.fixture
def served(world: World) -> Iterator[int]:
    """The bridge behind the server of `bridge serve`, with its limits; answers the port."""
    server = create_server(
        world.app,
        host="127.0.0.1",
        port=0,
        threads=2,
        max_request_body_size=MAX_BODY,
        max_request_header_size=MAX_HEADERS,
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield server.effective_port  # type: ignore[union-attr]
    server.close()
    thread.join(10)


def _answer(port: int, head: str, piece: bytes, pieces: int) -> bytes:
    """The first line of the answer to a request that goes on and on."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=30)) as connection:
        try:
            connection.sendall(head.encode())
            for _ in range(pieces):
                connection.sendall(piece)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the server has heard enough
        try:
            return connection.recv(4096).split(b"\r\n")[0]
        except ConnectionResetError:
            return b""


def test_a_body_without_an_end_is_not_read_to_the_end(served: int, world: World) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: bridge\r\nContent-Type: {FORM}\r\nTransfer-Encoding: chunked\r\n\r\n"
    line = _answer(served, head, b"10000\r\n" + b"a" * 0x10000 + b"\r\n", 200)
    assert line == b"" or line.endswith(b" 413 Request Entity Too Large")
    assert stored(world) == 0


def test_a_body_that_says_less_than_it_is_is_taken_at_its_word(served: int, world: World) -> None:
    body = urlencode(inbound(1, "bom dia"))
    head = f"POST {PATH} HTTP/1.1\r\nHost: bridge\r\nContent-Type: {FORM}\r\nContent-Length: 10\r\n\r\n"
    assert _answer(served, head, body.encode(), 1).startswith(b"HTTP/1.1 403")
    assert stored(world) == 0


def test_headers_without_an_end_are_refused(served: int) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: bridge\r\n"
    line = _answer(served, head, b"X-Filler: " + b"a" * 1000 + b"\r\n", 100)
    assert line == b"" or line.endswith(b" 431 Request Header Fields Too Large")


def test_no_header_of_an_answer_repeats_what_was_sent(world: World) -> None:
    evil = {"X-Evil": "a", "Cookie": "session=eyJ4IjoxfQ", "Origin": "https://attacker.example"}
    answer = world.app.test_client().post(f"{PATH}?x=%0d%0aSet-Cookie:%20a=b", data=inbound(1), headers=evil)
    assert answer.status_code == 403
    assert set(answer.headers.keys()) <= {"Content-Type", "Content-Length", "Connection"}
    assert sid(1) not in answer.get_data(as_text=True)
