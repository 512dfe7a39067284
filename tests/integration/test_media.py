"""Files that people send: fetched with care, put into Salama once, kept when Salama does not take them."""

import struct
import zlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.media import MAX_BYTES, MediaDesk, Source, type_of
from intake.followups import FOLLOWUP
from sandbox.whatsapp import Contact, Media
from sandbox.whatsapp.samples import sample_photo, sample_voice_note
from store.conversations import Attachment
from store.delivery import Refused, Retry
from store.outbox import Channel
from store.tickets import Filing, TicketEvent
from tests.databases import ONLY_SQLITE
from tests.faults.support import assert_filed_once
from tests.world import Chat, World


def png() -> bytes:
    """A picture of one grey dot."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\x80")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def files(world: World) -> list[Attachment]:
    with world.bridge.sessions() as session:
        return list(session.scalars(select(Attachment).order_by(Attachment.id)))


def content(world: World, attachment: int) -> bytes | None:
    with world.bridge.sessions() as session:
        return session.get_one(Attachment, attachment).content


def sent_file(world: World, chat: Chat, media: Media) -> int:
    """A file in the chat, not fetched yet; its id."""
    assert world.phones.send(chat.phone, media=media) == 204
    return files(world)[-1].id


def test_a_photo_ends_in_salamas_file_store_and_with_its_ticket(world: World, chat: Chat) -> None:
    attachment = sent_file(world, chat, sample_photo())
    ticket = world.open_ticket(attachments=(attachment,))
    world.settle()
    assert_filed_once(world, ticket)
    (file,) = files(world)
    assert (file.state, file.ticket_id, file.content_type) == ("filed", ticket, "image/jpeg")
    (stored,) = world.salama.world.files.values()
    assert (stored.id, type_of(stored.content)) == (file.file_store_id, "image/jpeg")
    history = world.salama.world.tables.last_entry(world.ticket(ticket).number or "")
    assert history is not None
    assert [each["fileStoreId"] for each in history["documents"]] == [file.file_store_id]


def test_a_voice_note_stays_with_the_bridge_and_the_ticket_says_so(world: World, chat: Chat) -> None:
    voice = sample_voice_note()
    attachment = sent_file(world, chat, voice)
    ticket = world.open_ticket(attachments=(attachment,))
    world.settle()
    assert_filed_once(world, ticket)
    assert content(world, attachment) == voice.content
    assert files(world)[0].state == "kept"
    assert "1 ficheiro" in (world.salama.tickets()[0].description or "")


def test_a_ticket_waits_for_its_photo_but_not_for_ever(world: World, chat: Chat) -> None:
    attachment = sent_file(world, chat, sample_photo())
    world.phones.faults.chance("500", 1.0, method="GET", path="Media")
    ticket = world.open_ticket(attachments=(attachment,))
    world.pass_time(seconds=60)
    assert world.ticket(ticket).filing == Filing.WAITING
    world.pass_time(minutes=2)
    assert_filed_once(world, ticket)
    world.settle()
    (file,) = files(world)
    assert (file.state, file.file_store_id) == ("lost", None)
    assert "in time" in (file.fault or "")


def test_a_file_that_is_not_there_yet_is_fetched_a_little_later(world: World, chat: Chat) -> None:
    world.phones.faults.set(media_late=True)
    attachment = sent_file(world, chat, sample_photo())
    world.work()
    assert files(world)[0].state == "waiting"
    world.settle()
    assert content(world, attachment) == sample_photo().content


@pytest.mark.parametrize("fault", ["500", "429", "close_before", "close_after"])
@ONLY_SQLITE
def test_a_fetch_that_fails_is_tried_again(world: World, chat: Chat, fault: str) -> None:
    attachment = sent_file(world, chat, sample_photo())
    world.phones.faults.next(fault, times=2, method="GET", path="Media")
    world.settle()
    assert content(world, attachment) == sample_photo().content


@pytest.mark.parametrize("fault", ["error_500", "close_after", "html_502", "rate_limit"])
@ONLY_SQLITE
def test_an_upload_that_fails_is_tried_again_and_the_ticket_has_one_document(
    world: World, chat: Chat, fault: str
) -> None:
    attachment = sent_file(world, chat, Media(png(), "image/png"))
    world.salama.faults.add(fault, path="/filestore/", times=2)
    ticket = world.open_ticket(attachments=(attachment,))
    world.settle()
    assert_filed_once(world, ticket)
    entry = world.salama.world.tables.last_entry(world.ticket(ticket).number or "")
    assert entry is not None
    assert [each["fileStoreId"] for each in entry["documents"]] == [files(world)[0].file_store_id]


@ONLY_SQLITE
def test_a_file_that_salama_refuses_stays_here_and_the_ticket_is_filed_without_it(world: World, chat: Chat) -> None:
    world.salama.world.max_file_bytes = 1000
    attachment = sent_file(world, chat, sample_photo())
    ticket = world.open_ticket(attachments=(attachment,))
    world.settle()
    assert_filed_once(world, ticket)
    (file,) = files(world)
    assert (file.state, file.file_store_id) == ("kept", None)
    assert file.fault
    assert "1 ficheiro" in (world.salama.tickets()[0].description or "")


@ONLY_SQLITE
def test_what_a_file_is_said_to_be_is_not_believed(world: World, chat: Chat) -> None:
    sent_file(world, chat, Media(b"<html><script>alert(1)</script></html>", "image/jpeg"))
    world.settle()
    assert files(world)[0].content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (png(), "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"OggS\x00", "audio/ogg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_bytes_tell_the_type(head: bytes, kind: str) -> None:
    assert type_of(head) == kind


@pytest.fixture
def desk(world: World) -> MediaDesk:
    """The world's own fetcher."""
    found = world.worker.works.deliverers[Channel.MEDIA]
    assert isinstance(found, MediaDesk)
    return found


@ONLY_SQLITE
@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/Media/ME1", "media_host"),
        ("http://169.254.169.254/latest/meta-data", "media_host"),
        ("https://api.twilio.com@example.org/x", "media_host"),
        ("https://api.twilio.com.example.org/x", "media_host"),
        ("file:///etc/passwd", "media_host"),
        ("https://[::1", "media_address"),
        ("https://api.twilio.com:port/x", "media_address"),
        ("", "media_host"),
    ],
)
def test_no_other_host_is_ever_called(desk: MediaDesk, url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        desk.fetch(url)
    assert refused.value.code == code


@ONLY_SQLITE
def test_plain_http_is_for_loopback_only(world: World) -> None:
    source = Source(frozenset({"api.twilio.com"}), ("user", "secret"), frozenset())
    desk = MediaDesk(world.bridge.sessions, source, world.clock, world.bridge.wakeup.ring, world.bridge.turns.take_card)
    with pytest.raises(Refused, match="https"):
        desk.fetch("http://api.twilio.com/2010-04-01/x")


@ONLY_SQLITE
def test_a_file_over_16_megabytes_is_not_taken_in(world: World, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.media.MAX_BYTES", 50_000)
    assert MAX_BYTES == 16 * 1024 * 1024
    sent_file(world, chat, Media(b"\xff\xd8\xff" + b"x" * 60_000, "image/jpeg"))
    world.settle()
    assert (files(world)[0].state, files(world)[0].fault) == ("lost", "media_too_large")


@ONLY_SQLITE
def test_a_file_that_trickles_in_is_given_up_for_now(
    world: World, chat: Chat, desk: MediaDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent_file(world, chat, sample_photo())
    monkeypatch.setattr("bot.media.TOTAL_S", -1.0)
    with pytest.raises(Retry, match="media_slow"):
        desk.fetch(files(world)[0].url)


@ONLY_SQLITE
def test_a_file_is_fetched_once_also_when_its_row_comes_again(world: World, chat: Chat, desk: MediaDesk) -> None:
    attachment = sent_file(world, chat, sample_photo())
    ticket = world.open_ticket(attachments=(attachment,))
    world.settle()
    (before,) = files(world)
    desk.perform(before)
    (after,) = files(world)
    assert (after.state, after.file_store_id) == ("filed", before.file_store_id)
    assert world.ticket(ticket).opened_at - before.received_at < timedelta(minutes=1)


def test_a_contact_card_fills_the_affected_person_once_it_was_fetched(world: World, chat: Chat) -> None:
    chat.says("a app não abre em Namaponda, erro 500, 3 telefones, 42 registos por enviar, o trabalho está parado")
    chat.hears("Confirme")
    chat.says(contact=Contact("Amina Saíde", "+258840000044"))
    chat.hears("Para: Amina Saíde, 84 000 0044")
    chat.says("enviar")
    world.settle()
    assert "Para: Amina Saíde, 84 000 0044" in (world.salama.tickets()[0].description or "")


def test_a_contact_card_of_a_ticket_that_was_opened_meanwhile_goes_into_its_history(world: World, chat: Chat) -> None:
    assert world.phones.send(chat.phone, contact=Contact("Amina Saíde", "+258840000044")) == 204
    ticket = world.open_ticket(attachments=(files(world)[-1].id,))
    world.settle()
    with world.bridge.sessions() as session:
        event = session.scalars(select(TicketEvent).where(TicketEvent.kind == FOLLOWUP)).one()
    assert (event.ticket_id, event.data["text"]) == (ticket, "Amina Saíde, +258840000044")
