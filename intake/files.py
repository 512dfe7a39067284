"""Puts the files of a ticket into Salama's file store, once each; what it does not take stays with the bridge."""

from datetime import timedelta

from structlog import get_logger

from intake.images import ImageRefused, prepare
from intake.ports import ComplaintRejected, ComplaintsApi, NotYetReadable
from store.base import Clock, Sessions
from store.conversations import Attachment, attachments_of

PATIENCE = timedelta(seconds=90)
"""How long a ticket waits for a file that was not fetched from the messenger yet."""
_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
_log = get_logger()


class TicketFiles:
    """The files of tickets on their way into Salama."""

    def __init__(self, sessions: Sessions, api: ComplaintsApi, clock: Clock) -> None:
        self._sessions = sessions
        self._api = api
        self._clock = clock

    def store(self, ticket_id: int) -> tuple[tuple[str, ...], int]:
        """The ids that Salama's file store has for the ticket's files, after storing those it lacks.

        Beside them how many files are not there. Raises NotYetReadable while a file that came moments ago is still
        being fetched, and what the store answers.
        """
        files, has_tried = self._of(ticket_id), False
        for attachment in files:
            if attachment.state == "waiting" and self._clock() - attachment.received_at < PATIENCE:
                raise NotYetReadable("file_not_fetched_yet", after=timedelta(seconds=1), patient=True)
            if attachment.state == "kept" and attachment.content_type in _TYPES:
                self._upload(attachment)
                has_tried = True
        ids = [each.file_store_id for each in (self._of(ticket_id) if has_tried else files)]
        return tuple(each for each in ids if each), ids.count(None)

    def _of(self, ticket_id: int) -> list[Attachment]:
        with self._sessions() as session:
            return attachments_of(session, ticket_id)

    def _upload(self, attachment: Attachment) -> None:
        with self._sessions() as session:
            content = session.get_one(Attachment, attachment.id).content or b""
        try:
            file = prepare(content, attachment.content_type)
            stored = self._api.upload(f"anexo-{attachment.id}{file.suffix}", file.content, file.content_type)
        except (ComplaintRejected, ImageRefused) as refused:
            # Not a picture that can be shown, or Salama's own rules: the file stays with us and the ticket says so.
            code = refused.fault if isinstance(refused, ImageRefused) else refused.code
            _log.warning("file_kept_here", attachment=attachment.id, code=code)
            with self._sessions.begin() as session:
                kept = session.get_one(Attachment, attachment.id)
                kept.fault, kept.content_type = code, f"{attachment.content_type}; refused"
            return
        with self._sessions.begin() as session:
            filed = session.get_one(Attachment, attachment.id)
            filed.state, filed.file_store_id = "filed", stored
