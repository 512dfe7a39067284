"""Fetches the files that people send: from allowed hosts only, within limits of time and size; never in a webhook."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
from sqlalchemy.orm import Session
from structlog import get_logger
from urllib3.exceptions import HTTPError

from bot.pinned import is_loopback, no_credentials, pinned_session
from intake.contacts import Contact, read_contact
from store.base import Clock, Sessions
from store.conversations import Attachment
from store.deliverers import OneByOne
from store.delivery import Refused, Retry, Unreachable
from store.outbox import OutboxRow

MAX_BYTES = 16 * 1024 * 1024
TIMEOUT_S = (5.0, 20.0)
TOTAL_S = 60.0
REDIRECTS = 3
PATIENCE = timedelta(minutes=30)
_OURS = re.compile(r"/2010-04-01/Accounts/AC\w{1,64}/Messages/(?:SM|MM)\w{1,64}/Media/ME\w{1,64}")
"""The only addresses at Twilio's API that get our credentials: media, and nothing else that they would open."""
_log = get_logger()

_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"%PDF-", 0, "application/pdf"),
    (b"OggS", 0, "audio/ogg"),
    (b"#!AMR", 0, "audio/amr"),
    (b"ID3", 0, "audio/mpeg"),
    (b"ftyp", 4, "video/mp4"),
    (b"BEGIN:VCARD", 0, "text/vcard"),
    (b"PK\x03\x04", 0, "application/zip"),
)


CARD = "text/vcard"
_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity"}
"""Files come as they are: one that unpacks itself on the way would be judged by its packed size."""
TakeCard = Callable[[Session, Attachment, Contact], None]


def type_of(content: bytes) -> str:
    """The type that the bytes themselves tell; what the sender declared is never trusted."""
    for mark, at, name in _SIGNATURES:
        if content[at : at + len(mark)] == mark:
            return name
    return "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Source:
    """Where files may come from: hosts (`host` or `host:port`), and who gets our credentials."""

    hosts: frozenset[str]
    credentials: tuple[str, str]
    credential_hosts: frozenset[str]


class MediaDesk(OneByOne):
    """Delivers media rows: each fetches one file and keeps it."""

    def __init__(
        self, sessions: Sessions, source: Source, clock: Clock, ring: Callable[[], None], take_card: TakeCard
    ) -> None:
        self._sessions = sessions
        self._take_card = take_card
        self._source = source
        self._clock = clock
        self._ring = ring
        self._http = pinned_session()

    def prepare(self, session: Session, row: OutboxRow, _loaded: None = None) -> Attachment:
        """The file to fetch."""
        return session.get_one(Attachment, row.payload["attachment"])

    def perform(self, job: Attachment) -> None:
        """Fetch and keep the file. A file that cannot be had is noted as lost, with the reason."""
        if job.state != "waiting":
            return
        try:
            content = self.fetch(job.url)
        except Retry:
            if self._clock() - job.received_at < PATIENCE:
                raise
            self._keep(job.id, None, "twilio did not give the file out in time")
        except Refused as refused:
            _log.warning("file_refused", attachment=job.id, code=refused.code)
            self._keep(job.id, None, refused.code)
        else:
            self._keep(job.id, content, None)
            _log.info("file_kept", attachment=job.id, bytes=len(content))
        self._ring()

    def conclude(self, session: Session, job: Attachment, _locked: None = None) -> None:
        """The file was kept when it was fetched; what a contact card says goes to the conversation that it came in."""
        attachment = session.get_one(Attachment, job.id)
        if attachment.content_type != CARD or attachment.content is None:
            return
        contact = read_contact(attachment.content)
        if contact is not None:
            self._take_card(session, attachment, contact)

    def _keep(self, attachment_id: int, content: bytes | None, fault: str | None) -> None:
        with self._sessions.begin() as session:
            attachment = session.get_one(Attachment, attachment_id)
            attachment.content, attachment.fault = content, fault
            attachment.state = "lost" if content is None else "kept"
            if content is not None:
                attachment.content_type = type_of(content)

    def fetch(self, url: str) -> bytes:
        """The bytes at `url`. Raises Retry, or Refused when the address or the file is not acceptable."""
        for hop in range(REDIRECTS + 1):
            target = self._allowed(url)
            is_ours = hop == 0 and _host(target) in self._source.credential_hosts and _is_media(target)
            auth = self._source.credentials if is_ours else no_credentials
            try:
                with self._http.get(
                    url, auth=auth, timeout=TIMEOUT_S, stream=True, allow_redirects=False, headers=_HEADERS
                ) as answer:
                    if answer.is_redirect:
                        url = urljoin(url, answer.headers["Location"])
                        continue
                    return _body(answer)
            except (requests.exceptions.RequestException, HTTPError, OSError) as error:
                raise Unreachable("media_unreachable") from error
        raise Refused("media_redirects", "the file's address redirects too often")

    def _allowed(self, url: str) -> SplitResult:
        try:
            target = urlsplit(url)
            host = _host(target)
        except ValueError as error:
            raise Refused("media_address", "the file's address cannot be read") from error
        if host not in self._source.hosts or target.username:
            raise Refused("media_host", "the file is not at a host of TWILIO_MEDIA_HOSTS")
        if target.scheme != "https" and not (target.scheme == "http" and is_loopback(target.hostname or "")):
            raise Refused("media_scheme", "the file's address is not https")
        return target


def _host(target: SplitResult) -> str:
    name = (target.hostname or "").lower()
    return f"{name}:{target.port}" if target.port else name


def _is_media(target: SplitResult) -> bool:
    return _OURS.fullmatch(target.path) is not None and not target.query


def _body(answer: requests.Response) -> bytes:
    if answer.status_code == 404 or answer.status_code == 429 or answer.status_code >= 500:
        raise Retry(f"media_{answer.status_code}", after=timedelta(seconds=2))
    if answer.status_code != 200:
        raise Refused(f"media_{answer.status_code}", "Twilio does not give the file out")
    if answer.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Refused("media_packed", "the file comes packed, which nobody asked for")
    said = answer.headers.get("Content-Length", "")
    if said.isdecimal() and (len(said) > 12 or int(said) > MAX_BYTES):
        raise _too_large()
    parts, size, deadline_s = [], 0, monotonic() + TOTAL_S
    # Each piece as it comes: whole blocks would hold the thread for as long as a slow sender likes.
    while part := answer.raw.read1(64 * 1024, decode_content=False):
        size += len(part)
        if monotonic() > deadline_s:
            raise Retry("media_slow", after=timedelta(seconds=30))
        if size > MAX_BYTES:
            raise _too_large()
        parts.append(part)
    if said.isdecimal() and size < int(said):
        raise Unreachable("media_cut")
    return b"".join(parts)


def _too_large() -> Refused:
    return Refused("media_too_large", "the file is larger than 16 MB")


def source_of(*, hosts: Sequence[str], api_base_url: str, credentials: tuple[str, str]) -> Source:
    """The allowed hosts: those of the settings; credentials go to Twilio's API host alone, never along a redirect."""
    api = _host(urlsplit(api_base_url))
    return Source(
        hosts=frozenset(host.lower() for host in hosts),
        credentials=credentials,
        credential_hosts=frozenset({"api.twilio.com", api}),
    )
