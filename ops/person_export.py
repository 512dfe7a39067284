"""Everything that is stored about one person, as files for them: data for machines, a page of text, what they sent."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session, undefer

from desk.persons import Traces, traces_of
from desk.sharing import sharers
from store.access import AccessRequest
from store.acts import Act
from store.base import Base
from store.conversations import Attachment, Inbound
from store.mails import Mail
from store.nmcp import NmcpAlert
from store.roster import Shift
from store.sent import Sent
from store.talks import Talk
from store.tickets import TicketEvent

ENDINGS = {
    "image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp", "application/pdf": "pdf",
    "audio/ogg": "ogg", "audio/amr": "amr", "audio/mpeg": "mp3", "video/mp4": "mp4", "text/vcard": "vcf",
}  # fmt: skip
HEADING = """Tudo o que o helpdesk guarda sobre o número {phone}, em {at} (UTC).
Everything that the helpdesk stores about the number {phone}, as of {at} (UTC).

dados.json: todos os registos / all records. ficheiros/: fotos e áudios / photos and voice notes.
As reclamações no Salama / the complaints in Salama: {complaints}
Pedidos de outras pessoas que mencionam o número / other people's requests that mention it: {mentions}

Mensagens / messages
"""


def export_person(session: Session, phone: str, folder: Path, now: datetime) -> dict[str, int]:
    """Write `dados.json`, `mensagens.txt` and `ficheiros/` into a new folder that only its owner can read.

    Answers how many records of each kind. Raises NotKnown, and FileExistsError when the folder is not empty.
    """
    found = traces_of(session, phone)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    folder.chmod(0o700)
    records = _records(session, found)
    _write(folder / "dados.json", json.dumps({"exported_at": now.isoformat(), "phone": phone} | records, indent=1,
                                             ensure_ascii=False, default=str))  # fmt: skip
    _write(folder / "mensagens.txt", _page(records, phone, found, now))
    saved = _save_files(session, found, folder / "ficheiros")
    counts = {name: len(rows) for name, rows in records.items() if isinstance(rows, list)}
    return counts | {"files_saved": saved}


def _records(session: Session, found: Traces) -> dict[str, Any]:
    conversations = [each.id for each in found.conversations if not sharers(each)]
    tickets = [each.id for each in found.tickets]
    own = found.person.id if found.person else None
    return {
        "people": [_plain(found.person)] if found.person else [],
        "conversations": [_plain(each) for each in found.conversations if each.id in conversations],
        "messages_in": _of(session, Inbound, Inbound.conversation_id.in_(conversations)),
        "messages_out": _of(session, Sent, Sent.conversation_id.in_(conversations) | _about(found)),
        "files": _of(session, Attachment, Attachment.conversation_id.in_(conversations)),
        "tickets": [_plain(each) for each in found.tickets],
        "history": _of(session, TicketEvent, TicketEvent.ticket_id.in_(tickets)),
        "acts": _of(session, Act, Act.ticket_id.in_(tickets)),
        "alerts": _of(session, NmcpAlert, NmcpAlert.ticket_id.in_(tickets) | (NmcpAlert.official_id == own)),
        "mails": _of(session, Mail, Mail.ticket_id.in_(tickets) | (Mail.person_id == own)),
        "talks": _of(session, Talk, Talk.ticket_id.in_(tickets) | (Talk.person_id == own)),
        "shifts": _of(session, Shift, Shift.person_id == own),
        "requests": _of(session, AccessRequest, AccessRequest.conversation_id.in_(conversations)),
        "mentioned_in": [f"#{ticket}" for ticket in found.mentioned_in],
    }


def _about(found: Traces) -> Any:
    """What was written to a shared handset about this person's tickets; the rest of that chat is also others'."""
    handsets = [each.id for each in found.conversations]
    return Sent.conversation_id.in_(handsets) & Sent.ticket_id.in_([each.id for each in found.tickets])


def _of(session: Session, table: type[Base], condition: Any) -> list[dict[str, Any]]:
    query = select(table).where(condition).order_by(*inspect(table).primary_key)
    return [_plain(row) for row in session.scalars(query)]


def _plain(row: Base) -> dict[str, Any]:
    """A row's columns, without the bytes of files, which are saved beside."""
    names = [each.key for each in inspect(type(row)).column_attrs if each.key not in {"content", "revision"}]
    return {name: getattr(row, name) for name in names}


def _page(records: dict[str, Any], phone: str, found: Traces, now: datetime) -> str:
    complaints = ", ".join(ticket.number for ticket in found.tickets if ticket.number) or "-"
    mentions = ", ".join(records["mentioned_in"]) or "-"
    heading = HEADING.format(phone=phone, at=f"{now:%Y-%m-%d %H:%M}", complaints=complaints, mentions=mentions)
    said = [(row["received_at"], "←", row["body"]) for row in records["messages_in"]]
    said += [(row["sent_at"], "→", row["body"]) for row in records["messages_out"]]
    return heading + "".join(_lines(sorted(said)))


def _lines(said: Sequence[tuple[datetime, str, str]]) -> Iterator[str]:
    for at, way, body in said:
        text = body.replace("\n", "\n" + " " * 22) or "(sem texto / no text)"
        yield f"{at:%Y-%m-%d %H:%M}  {way}  {text}\n"


def _save_files(session: Session, found: Traces, folder: Path) -> int:
    own = Attachment.conversation_id.in_([each.id for each in found.conversations if not sharers(each)])
    query = select(Attachment).where(own | Attachment.ticket_id.in_([each.id for each in found.tickets]))
    kept = [each for each in session.scalars(query.options(undefer(Attachment.content))) if each.content is not None]
    if kept:
        folder.mkdir(mode=0o700)
    for file in kept:
        _write(folder / f"{file.id}.{ENDINGS.get(file.content_type, 'bin')}", file.content or b"")
    return len(kept)


def _write(path: Path, content: str | bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
