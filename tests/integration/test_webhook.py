"""The inbound webhook: what Twilio may send, what is refused, and that nothing of it needs the network."""

import dataclasses
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, make_url, select
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from app import create_app
from settings import Settings
from store.base import connect
from store.conversations import Attachment, Conversation, Inbound
from store.outbox import Channel, RowState
from tests.clocks import MovableClock
from tests.databases import CELESTINO, JOAN, ONLY_POSTGRESQL, ONLY_SQLITE, PostgresDatabases
from tests.forms import KINDS, TOKEN, Form, inbound, sid, signature
from tests.world import World

PATH = "/whatsapp/inbound"
FORM = "application/x-www-form-urlencoded"


def post(world: World, form: Form, *, token: str = TOKEN, query: str = "") -> TestResponse:
    """Post a signed form to the bridge."""
    url = world.settings.public_url + PATH + (f"?{query}" if query else "")
    return _post(world.app.test_client(), form, signature(url, form, token), query)


def _post(client: FlaskClient, form: Form, signed: str, query: str = "") -> TestResponse:
    return client.post(
        PATH, data=dict(form), content_type=FORM, query_string=query, headers={"X-Twilio-Signature": signed}
    )


@contextmanager
def client_of(settings: Settings, world: World) -> Iterator[FlaskClient]:
    """A second bridge with other settings on the same database."""
    app = create_app(settings, world.clock)
    yield app.test_client()
    app.extensions["bridge"].close()


def count(world: World, table: Any) -> int:
    with world.bridge.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def counted(world: World, outcome: str) -> float:
    return world.bridge.metrics.registry.get_sample_value("bridge_inbound_total", {"outcome": outcome}) or 0


def test_every_kind_of_message_is_stored_whole_and_answered_once(world: World) -> None:
    for kind, form in KINDS.items():
        before = len(world.rows())
        assert post(world, form).status_code == 204, kind
        with world.bridge.sessions() as session:
            stored = session.scalars(select(Inbound).order_by(Inbound.id.desc())).first()
            assert stored is not None
            assert stored.fields == {name: value.replace("\x00", "") for name, value in form.items()}, kind
        fresh = [row.channel for row in world.rows()[before:]]
        assert fresh.count(Channel.WHATSAPP) == 1, kind
        assert fresh.count(Channel.MEDIA) == int("MediaUrl0" in form), kind
    files = [each for each in KINDS.values() if "MediaUrl0" in each]
    assert count(world, Attachment) == len(files)
    assert count(world, Conversation) == 1


def test_the_signature_covers_every_field(world: World) -> None:
    form = inbound(1, "bom dia", Extra="", Other="ção")
    signed = signature(world.settings.public_url + PATH, form)
    for name in form:
        for changed in (form | {name: form[name] + "x"}, {k: v for k, v in form.items() if k != name}):
            assert _post(world.app.test_client(), changed, signed).status_code == 403, name
    assert _post(world.app.test_client(), form | {"Added": "1"}, signed).status_code == 403
    assert _post(world.app.test_client(), form, signed).status_code == 204


def test_a_field_that_comes_twice_is_verified_and_kept(world: World) -> None:
    form = {**inbound(1, "bom dia"), "Tag": ["b", "a"]}
    assert post(world, form).status_code == 204
    with world.bridge.sessions() as session:
        assert session.scalars(select(Inbound.fields)).one()["Tag"] == ["b", "a"]


@ONLY_SQLITE
def test_a_wrong_or_missing_signature_is_refused_and_counted(world: World) -> None:
    form = inbound(1, "bom dia")
    assert post(world, form, token="another-token").status_code == 403
    assert _post(world.app.test_client(), form, "").status_code == 403
    assert _post(world.app.test_client(), form, "não é ASCII").status_code == 403
    assert world.app.test_client().post(PATH, data=form).status_code == 403
    assert counted(world, "refused") == 4
    assert count(world, Inbound) == 0


@ONLY_SQLITE
def test_either_token_signs_while_one_is_rotated(world: World) -> None:
    rotating = dataclasses.replace(world.settings, twilio_auth_tokens=("new-token", "old-token"))
    with client_of(rotating, world) as client:
        for number, (token, expected) in enumerate((("new-token", 204), ("old-token", 204), (TOKEN, 403)), 1):
            form = inbound(number, "bom dia")
            signed = signature(rotating.public_url + PATH, form, token)
            assert _post(client, form, signed).status_code == expected


@ONLY_SQLITE
def test_the_signed_address_is_the_public_one_with_its_prefix(world: World) -> None:
    behind_proxy = dataclasses.replace(world.settings, public_url="https://helpdesk.example.org/bridge")
    form = inbound(1, "bom dia")
    with client_of(behind_proxy, world) as client:
        assert _post(client, form, signature(f"http://localhost{PATH}", form)).status_code == 403
        assert _post(client, form, signature(f"https://helpdesk.example.org/bridge{PATH}", form)).status_code == 204


@ONLY_SQLITE
@pytest.mark.parametrize(
    "query", ["a=1&b=2", "zona=Angoche%20sede", "zona=A%C3%A7%C3%A3o&x=%2f", "vazio=&=x", 'q=a+b%2Bc&a[]={1}|"2"']
)
def test_the_query_string_is_signed_exactly_as_it_came(world: World, query: str) -> None:
    assert post(world, inbound(1, "bom dia"), query=query).status_code == 204


@ONLY_SQLITE
@pytest.mark.parametrize("signed_query", ["zona=Acção", "zona=Ac%C3%A7%C3%A3o"])
def test_bare_signs_outside_ascii_in_the_query_string_do_no_harm(world: World, signed_query: str) -> None:
    form = inbound(1, "bom dia")
    signed = signature(f"{world.settings.public_url}{PATH}?{signed_query}", form)
    bare = "zona=Acção".encode().decode("latin-1")  # as a WSGI server hands bare bytes over
    answer = world.app.test_client().post(
        PATH,
        data=form,
        content_type=FORM,
        environ_overrides={"QUERY_STRING": bare},
        headers={"X-Twilio-Signature": signed},
    )
    assert answer.status_code == 204


@ONLY_SQLITE
def test_what_is_no_form_of_twilio_is_answered_400(world: World) -> None:
    client = world.app.test_client()
    assert client.post(PATH, json={"Body": "bom dia"}).status_code == 400
    assert client.post(PATH, data=b"\xff\xfe", content_type="application/octet-stream").status_code == 400
    for form in (
        {"Body": "bom dia"},
        inbound(1, MessageSid="", SmsSid="", SmsMessageSid=""),
        inbound(1) | {"MessageSid": "SM12"},
        inbound(1, From=""),
        inbound(1, From="+258840000001"),
        inbound(1, From="whatsapp:" + "x" * 400),
    ):
        answer = post(world, form)
        assert answer.status_code == 400
        assert "Message" in answer.text or "From" in answer.text
    assert count(world, Inbound) == 0
    assert counted(world, "malformed") == 8


@ONLY_SQLITE
def test_a_body_over_64_kilobytes_is_answered_413(world: World) -> None:
    assert post(world, inbound(1, "x" * 70_000)).status_code == 413
    assert count(world, Inbound) == 0
    assert post(world, inbound(2, "x" * 60_000)).status_code == 204


def test_no_turn_calls_the_network(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a webhook called the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    for form in KINDS.values():
        assert post(world, form).status_code == 204


def test_the_webhook_answers_while_twilio_and_salama_are_down(world: World) -> None:
    world.salama.faults.mode = "down"
    world.phones.faults.set(mode="down")
    assert post(world, inbound(1, "A aplicação não sincroniza.")).status_code == 204
    assert len(world.rows(RowState.QUEUED)) == 1


@ONLY_POSTGRESQL
def test_without_a_database_nothing_is_acknowledged(world: World, databases: PostgresDatabases) -> None:
    assert post(world, inbound(1, "bom dia")).status_code == 204
    with databases.unreachable(world.settings.database_url):
        answer = post(world, inbound(2, "bom dia"))
        assert answer.status_code == 503
        assert world.app.test_client().get("/readyz").status_code == 503
    assert post(world, inbound(2, "bom dia")).status_code == 204
    assert count(world, Inbound) == 2


@ONLY_POSTGRESQL
def test_a_restart_of_the_database_between_two_messages_is_not_felt(world: World, databases: PostgresDatabases) -> None:
    assert post(world, inbound(1, "bom dia")).status_code == 204
    databases.stop_connections(world.settings.database_url)
    assert post(world, inbound(2, "menu")).status_code == 204


def test_a_stranger_is_told_how_to_be_enrolled_once_a_day_and_nothing_else(world: World, clock: MovableClock) -> None:
    stranger = "+258840000099"
    replies = []
    for number in range(1, 6):
        post(world, inbound(number, "A app não abre", phone=stranger))
        replies.append(len(world.rows()))
        clock.advance(hours=10)
    assert replies == [1, 1, 1, 2, 2]
    assert {row.channel for row in world.rows()} == {Channel.WHATSAPP}
    assert count(world, Inbound) == 5


def test_a_person_without_a_visible_number_is_a_stranger_until_the_number_shows(world: World) -> None:
    hidden = {"From": "whatsapp:MZ.1A2B3C", "ExternalUserId": "whatsapp:MZ.1A2B3C"}
    post(world, inbound(1, "Bom dia") | hidden)
    post(world, inbound(2, "Bom dia", phone=JOAN, ExternalUserId="whatsapp:MZ.1A2B3C"))
    post(world, inbound(3, "menu") | hidden)
    with world.bridge.sessions() as session:
        conversation = session.scalars(select(Conversation)).one()
        assert (conversation.address, conversation.phone) == (f"whatsapp:{JOAN}", JOAN)
        assert conversation.dialogue is not None
    assert len(world.rows()) == 3


def test_a_number_and_its_user_id_are_one_conversation(world: World) -> None:
    post(world, inbound(1, "Bom dia", ExternalUserId="whatsapp:MZ.77"))
    post(world, inbound(2, "menu") | {"From": "whatsapp:MZ.77", "ExternalUserId": "whatsapp:MZ.77"})
    with world.bridge.sessions() as session:
        assert session.scalars(select(Conversation.address)).all() == [f"whatsapp:{CELESTINO}"]
        assert session.scalars(select(Inbound.message_sid).order_by(Inbound.id)).all() == [sid(1), sid(2)]


@ONLY_SQLITE
def test_while_another_program_holds_the_file_nothing_is_acknowledged_and_only_the_first_waits(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.base.PATIENCE_S", 2)
    world.restart()
    assert post(world, inbound(1, "bom dia")).status_code == 204
    other = sqlite3.connect(make_url(world.settings.database_url).database or "", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    asked: list[object] = []
    real = world.bridge.turns.receive

    def counting(*given: Any) -> bool:
        asked.append(given)
        return real(*given)

    monkeypatch.setattr(world.bridge.turns, "receive", counting)
    assert [post(world, inbound(2, "bom dia")).status_code for _ in range(3)] == [503] * 3
    assert len(asked) == 1
    other.execute("ROLLBACK")
    other.close()
    world.eventually(lambda: post(world, inbound(2, "bom dia")).status_code == 204)
    assert count(world, Inbound) == 2


def test_a_server_that_says_nothing_is_given_up_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        engine = connect(f"postgresql+psycopg://bridge@127.0.0.1:{silent.getsockname()[1]}/bridge")
        begun = time.monotonic()
        with pytest.raises(OperationalError), engine.connect():
            pass
        assert time.monotonic() - begun < 14  # one webhook of Twilio's waits fifteen
        engine.dispose()
