"""The file store: takes files of allowed types, and gives links to them that expire.

Source: complaints API contract, section 18.
"""

import base64
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta

from werkzeug.datastructures import FileStorage, MultiDict

from sandbox.salama.errors import ServiceError, fail
from sandbox.salama.options import Json
from sandbox.salama.world import StoredFile, World

_LINK_LIFE = timedelta(seconds=3600)
_OLE = "application/x-tika-msoffice"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_DOCX, _XLSX = f"{_OFFICE}.wordprocessingml.document", f"{_OFFICE}.spreadsheetml.sheet"
_ODT, _ODS = "application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet"

# Extension → the types that may be sniffed or declared for it, in the order in which the service lists them.
_ALLOWED = {
    "gz": {"application/gzip", "application/x-gzip"},
    "jpg": {"image/jpeg", "image/jpg"},
    "jpeg": {"image/jpeg", "image/jpg"},
    "png": {"image/png"},
    "pdf": {"application/pdf"},
    "odt": {_ODT},
    "ods": {_ODS},
    "docx": {_DOCX},
    "doc": {_OLE, "application/msword"},
    "dxf": {"image/vnd.dxf", "text/plain"},
    "csv": {"text/plain"},
    "txt": {"text/plain"},
    "xlsx": {_XLSX},
    "xls": {_OLE, "application/vnd.ms-excel"},
}
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
)
_DXF = re.compile(rb"^\s*0\s*\r?\n\s*SECTION", re.MULTILINE)
_SIZES = ("", "_large", "_medium", "_small")


class FileStore:
    """The files of a world; callers hold its lock."""

    def __init__(self, world: World) -> None:
        self._world = world

    def upload(self, parts: list[FileStorage], fields: "MultiDict[str, str]") -> Json:
        """Answer an upload with one id per file; nothing is kept unless every file passes. Raises ServiceError."""
        for name in ("tenantId", "module"):
            if not fields.get(name):
                raise fail(
                    "MissingServletRequestParameterException",
                    f"Required parameter '{name}' is not present",
                    old_shape=True,
                )
        if not parts:
            raise fail("MissingServletRequestPartException", "Required part 'file' is not present", old_shape=True)
        read = [(part, _take(part)) for part in parts]
        for part, content in read:
            self._check(part, content)
        kept = [self._keep(part, content) for part, content in read]
        return {"files": [{"fileStoreId": file.id, "tenantId": fields["tenantId"]} for file in kept]}

    def restore(self, record: Json) -> None:
        """Take a file back from the journal."""
        content = base64.b64decode(record["content"])
        self._world.files[record["id"]] = StoredFile(record["id"], record["name"], record["type"], content)

    def find(self, identity: str) -> StoredFile | None:
        """The file of that id."""
        return self._world.files.get(identity)

    def links(self, identities: list[str], link: Callable[[str, str, int], str]) -> Json:
        """Answer `files/url`; `link` makes an address of id, size and expiry (epoch ms)."""
        expires = self._world.now_ms() + _LINK_LIFE // timedelta(milliseconds=1)
        found: Json = {}
        for identity in identities:
            if file := self.find(identity):
                sizes = _SIZES if file.content_type.startswith("image/") else _SIZES[:1]
                found[identity] = ",".join(link(identity, size, expires) for size in sizes)
        return {**found, "fileStoreIds": [{"id": identity, "url": url} for identity, url in found.items()]}

    def is_expired(self, expires: str | None) -> bool:
        """Whether a link's time is over; an address without a time never ends."""
        return bool(expires) and str(expires).isdigit() and int(str(expires)) < self._world.now_ms()

    def _check(self, part: FileStorage, content: bytes) -> None:
        extension = (part.filename or "").rpartition(".")[2].lower()
        formats = f"[{', '.join(_ALLOWED)}]"
        if extension not in _ALLOWED:
            raise _refuse(
                f"Inalvid input provided for file : {extension}, please upload any of the allowed formats : {formats}"
            )
        if sniff(content) not in _ALLOWED[extension]:
            raise _refuse(
                "Inalvid input provided for file, the extension does not match the file format. "
                f"Please upload any of the allowed formats : {formats}"
            )
        if part.mimetype not in _ALLOWED[extension]:
            raise _refuse("Invalid Content Type")
        if len(content) > self._world.max_file_bytes:
            raise fail("MaxUploadSizeExceededException", "Maximum upload size exceeded", old_shape=True)

    def _keep(self, part: FileStorage, content: bytes) -> StoredFile:
        file = StoredFile(self._world.new_id(), part.filename or "", part.mimetype, content)
        self._world.files[file.id] = file
        text = base64.b64encode(content).decode("ascii")
        record = {"id": file.id, "name": file.name, "type": file.content_type, "content": text}
        self._world.journal.append({"kind": "file", "data": record})
        return file


def sniff(content: bytes) -> str:
    """The type that the bytes themselves speak of."""
    for magic, found in _MAGIC:
        if content.startswith(magic):
            return found
    if content.startswith(b"PK\x03\x04"):
        return _inside_zip(content)
    if _DXF.match(content[:64]):
        return "image/vnd.dxf"
    head = content[:4096]
    if any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in head):
        return "application/octet-stream"
    return "text/plain"


def _inside_zip(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            declared = archive.read("mimetype").decode("ascii", "replace") if "mimetype" in names else ""
    except zipfile.BadZipFile:
        return "application/zip"
    if "word/document.xml" in names:
        return _DOCX
    if "xl/workbook.xml" in names:
        return _XLSX
    return declared or "application/zip"


def _refuse(message: str) -> ServiceError:
    return fail("EG_FILESTORE_INVALID_INPUT", message, old_shape=True)


def _take(part: FileStorage) -> bytes:
    """The bytes of a part, whose temporary file is not needed any longer."""
    content: bytes = part.stream.read()
    part.close()
    return content
