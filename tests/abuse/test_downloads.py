"""Attacks by files: other hosts, internal addresses, stolen credentials, endless and packed answers, false types."""

import gzip
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, redirect, request
from sqlalchemy.orm import sessionmaker

from bot import media
from bot.media import MediaDesk, Source, type_of
from bot.pinned import addresses_of, is_public, pinned_session
from sandbox.serving import LocalServer, serve
from store.delivery import Refused, Retry, Unreachable
from tests.clocks import MovableClock

ACCOUNT = "AC" + "0" * 31 + "1"
OURS = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/MM1/Media/ME1"
PHOTO = b"\xff\xd8\xff\xe0 a picture"


@pytest.fixture
def elsewhere() -> Iterator[tuple[LocalServer, list[str | None]]]:
    """A second host that files may come from; notes the credentials that it is given."""
    app, seen = Flask("elsewhere"), []

    @app.get("/file")
    def file() -> Response:
        seen.append(request.headers.get("Authorization"))
        return Response(PHOTO)

    with serve(app) as server:
        yield server, seen


@pytest.fixture
def twilio(elsewhere: tuple[LocalServer, list[str | None]]) -> Iterator[tuple[LocalServer, list[str | None]]]:
    """Twilio's API, which answers in every bad way; notes the credentials that it is given."""
    app, seen = Flask("twilio"), []

    @app.before_request
    def note() -> None:
        seen.append(request.headers.get("Authorization"))

    @app.get(OURS)
    def ours() -> Any:
        return redirect(f"{elsewhere[0].url}/file")

    @app.get("/loop")
    def loop() -> Any:
        return redirect("/loop")

    @app.get("/inside")
    def inside() -> Any:
        return redirect(request.args["to"])

    @app.get("/packed")
    def packed() -> Response:
        return Response(gzip.compress(b"\0" * 30_000_000), headers={"Content-Encoding": "gzip"})

    @app.get("/endless")
    def endless() -> Response:
        return Response(b"\xff\xd8\xff" + b"x" * 60_000 for _ in range(100_000))

    @app.get("/drip")
    def drip() -> Response:
        def drops() -> Iterator[bytes]:
            for _ in range(600):
                time.sleep(0.05)
                yield b"x"

        return Response(drops())

    @app.get("/plain")
    def plain() -> Response:
        return Response(PHOTO)

    with serve(app) as server:
        yield server, seen


@pytest.fixture
def desk(
    clock: MovableClock,
    twilio: tuple[LocalServer, list[str | None]],
    elsewhere: tuple[LocalServer, list[str | None]],
) -> MediaDesk:
    """A fetcher that may call both."""
    hosts = [server.url.removeprefix("http://") for server in (twilio[0], elsewhere[0])]
    source = Source(frozenset([*hosts, "files.example.org"]), (ACCOUNT, "fictional-token"), frozenset(hosts[:1]))
    return MediaDesk(sessionmaker(), source, clock, lambda: None, lambda *_: None)


def test_credentials_go_to_twilios_media_alone_and_not_along_a_redirect(
    desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]], elsewhere: tuple[LocalServer, list[str | None]]
) -> None:
    assert desk.fetch(twilio[0].url + OURS) == PHOTO
    assert (twilio[1][0] or "").startswith("Basic ")
    assert elsewhere[1] == [None]
    assert desk.fetch(twilio[0].url + "/plain") == PHOTO
    assert desk.fetch(twilio[0].url + f"/2010-04-01/Accounts/{ACCOUNT}/Messages/../../../../plain") == PHOTO
    assert twilio[1][1:] == [None, None]


def test_a_password_of_netrc_is_never_used(
    desk: MediaDesk,
    elsewhere: tuple[LocalServer, list[str | None]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login operator password fictional\n", "utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    assert desk.fetch(elsewhere[0].url + "/file") == PHOTO
    assert elsewhere[1] == [None]


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "https://internal.example/",
        "file:///etc/passwd",
        "//attacker.example/x",
        "gopher://127.0.0.1:25/",
        "http://2130706433/",
        "https://api.twilio.com@attacker.example/",
    ],
)
def test_a_redirect_leads_to_allowed_hosts_only(
    desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]], to: str
) -> None:
    with pytest.raises(Refused) as refused:
        desk.fetch(f"{twilio[0].url}/inside?to={to}")
    assert refused.value.code in {"media_host", "media_scheme", "media_address"}


def test_redirects_have_an_end(desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]]) -> None:
    with pytest.raises(Refused, match="redirects"):
        desk.fetch(twilio[0].url + "/loop")
    assert len(twilio[1]) == media.REDIRECTS + 1


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("41.220.0.1", True),
        ("2a00:1450:4001::1", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
        ("ff02::1", False),
    ],
)
def test_which_addresses_are_internal(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def _resolving(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let names resolve to these addresses, one answer after the other; what was asked is noted."""
    asked: list[str] = []

    def getaddrinfo(host: str, port: int, *_args: Any, **_more: Any) -> list[Any]:
        asked.append(host)
        found = answers[min(len(asked), len(answers)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr("bot.pinned.socket.getaddrinfo", getaddrinfo)
    return asked


@pytest.mark.parametrize("answer", [["127.0.0.1"], ["10.0.0.5"], ["41.220.0.1", "169.254.169.254"]])
def test_an_allowed_name_that_leads_inside_is_refused(
    desk: MediaDesk, answer: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _resolving(monkeypatch, answer)
    with pytest.raises(Refused) as refused:
        desk.fetch("https://files.example.org/file")
    assert refused.value.code == "media_internal"


def test_a_name_is_asked_once_and_the_judged_address_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _resolving(monkeypatch, ["41.220.0.1"], ["127.0.0.1"])
    called: list[tuple[str, int]] = []

    def create_connection(address: tuple[str, int], *_args: Any, **_more: Any) -> socket.socket:
        called.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr("bot.pinned.create_connection", create_connection)
    with pytest.raises(OSError, match="Connection"):
        pinned_session().get("https://files.example.org/file", timeout=5)
    assert (asked, called) == (["files.example.org"], [("41.220.0.1", 443)])


def test_a_loopback_address_counts_only_when_it_is_written_out() -> None:
    assert addresses_of("127.0.0.1", 80) == ["127.0.0.1"]
    with pytest.raises(Refused):
        addresses_of("localhost", 80)


def test_an_answer_that_unpacks_itself_is_refused(
    desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]]
) -> None:
    with pytest.raises(Refused) as refused:
        desk.fetch(twilio[0].url + "/packed")
    assert refused.value.code == "media_packed"


def test_an_answer_without_an_end_is_cut_off(
    desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "MAX_BYTES", 1_000_000)
    with pytest.raises(Refused) as refused:
        desk.fetch(twilio[0].url + "/endless")
    assert refused.value.code == "media_too_large"


def test_a_file_that_drips_does_not_hold_the_thread(
    desk: MediaDesk, twilio: tuple[LocalServer, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media, "TOTAL_S", 0.3)
    begun = time.monotonic()
    with pytest.raises(Retry, match="media_slow"):
        desk.fetch(twilio[0].url + "/drip")
    assert time.monotonic() - begun < 20  # the drops take half a minute


def test_a_host_that_is_away_is_tried_again(desk: MediaDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_args: Any, **_more: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr("bot.pinned.socket.getaddrinfo", nobody)
    with pytest.raises(Unreachable):
        desk.fetch("https://files.example.org/file")


@pytest.mark.parametrize(
    "content", [b"<svg onload=alert(1)>", b"<html>", b"#!/bin/sh", b"MZ\x90\x00", b"\x7fELF", b"{}", b"\x1f\x8b\x08"]
)
def test_a_type_is_told_by_content_and_unknown_ones_stay_unknown(content: bytes) -> None:
    assert type_of(content) == "application/octet-stream"
