"""The file store's three checks, its size rule and its links (complaints API contract, section 18)."""

import gzip
import io
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from tests.contract.sandbox_salama_support import Platform, body_of

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(64) + b"\xff\xd9"
PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64)


def png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(4))) + chunk(b"IEND", b"")


def archive(name: str, content: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(zipfile.ZipInfo(name), content)  # a fixed date keeps the tests' names the same
    return buffer.getvalue()


def upload(platform: Platform, name: str, content: bytes, declared: str, **fields: str) -> TestResponse:
    form = {"tenantId": "mz", "module": "chatbot", **fields, "file": (io.BytesIO(content), name, declared)}
    answer = platform.client.post("/filestore/v1/files", data=form, headers={"auth-token": platform.token()})
    # The test client puts large bodies into a temporary file and leaves it open.
    answer.request.environ["wsgi.input"].close()
    return answer


OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("name", "content", "declared"),
    [
        ("foto.jpg", JPEG, "image/jpeg"),
        ("FOTO.JPEG", JPEG, "image/jpg"),
        ("ecra.png", png(), "image/png"),
        ("carta.pdf", PDF, "application/pdf"),
        ("lista.csv", b"nome;aldeia\n", "text/plain"),
        ("nota.txt", "acção".encode(), "text/plain"),
        ("dados.gz", gzip.compress(b"x", mtime=0), "application/gzip"),
        ("carta.docx", archive("word/document.xml"), f"{OFFICE}.wordprocessingml.document"),
        ("mapa.xlsx", archive("xl/workbook.xml"), f"{OFFICE}.spreadsheetml.sheet"),
        ("velho.doc", OLE, "application/msword"),
        (
            "texto.odt",
            archive("mimetype", "application/vnd.oasis.opendocument.text"),
            "application/vnd.oasis.opendocument.text",
        ),
    ],
)
def test_allowed_file_is_taken(name: str, content: bytes, declared: str) -> None:
    answer = upload(Platform(), name, content, declared)
    assert answer.status_code == 201
    assert [set(file) for file in body_of(answer)["files"]] == [{"fileStoreId", "tenantId"}]


@pytest.mark.parametrize(
    ("name", "content", "declared", "part"),
    [
        ("voz.ogg", b"OggS", "audio/ogg", "Inalvid input provided for file : ogg, please upload any of the allowed"),
        ("figura.webp", b"RIFF", "image/webp", "Inalvid input provided for file : webp"),
        ("video.mp4", b"\x00\x00\x00\x18ftyp", "video/mp4", "Inalvid input provided for file : mp4"),
        ("foto.jpg", png(), "image/jpeg", "the extension does not match the file format"),
        ("foto.jpg", JPEG, "image/png", "Invalid Content Type"),
        ("lista.csv", b"a;b\n", "text/csv", "Invalid Content Type"),
        ("mapa.xlsx", archive("qualquer"), f"{OFFICE}.spreadsheetml.sheet", "the extension does not match"),
    ],
)
def test_other_files_are_refused(name: str, content: bytes, declared: str, part: str) -> None:
    answer = upload(Platform(), name, content, declared)
    assert answer.status_code == 400
    error = body_of(answer)["Errors"][0]
    assert error["code"] == "EG_FILESTORE_INVALID_INPUT"
    assert part in error["message"]
    assert set(error) == {"code", "message", "description", "params"}


def test_allowed_formats_are_listed_in_the_services_order() -> None:
    message = body_of(upload(Platform(), "voz.ogg", b"OggS", "audio/ogg"))["Errors"][0]["message"]
    assert message.endswith("[gz, jpg, jpeg, png, pdf, odt, ods, docx, doc, dxf, csv, txt, xlsx, xls]")


def test_six_megabytes_are_the_limit() -> None:
    platform = Platform()
    limit = 6 * 1024 * 1024
    assert upload(platform, "a.jpg", JPEG + bytes(limit - len(JPEG)), "image/jpeg").status_code == 201
    assert upload(platform, "a.jpg", JPEG + bytes(limit - len(JPEG) + 1), "image/jpeg").status_code == 400


def test_module_is_required() -> None:
    assert upload(Platform(), "a.jpg", JPEG, "image/jpeg", module="").status_code == 400


def test_links_come_in_four_sizes_and_expire_after_an_hour() -> None:
    platform = Platform()
    identity = body_of(upload(platform, "foto.jpg", JPEG, "image/jpeg"))["files"][0]["fileStoreId"]
    query = {"tenantId": "mz", "fileStoreIds": f"{identity},unknown"}
    answer = platform.client.get(
        "/filestore/v1/files/url", query_string=query, headers={"auth-token": platform.token()}
    )
    found = body_of(answer)
    assert list(found) == [identity, "fileStoreIds"]
    assert found["fileStoreIds"] == [{"id": identity, "url": found[identity]}]
    links = found[identity].split(",")
    assert len(links) == 4
    assert platform.client.get(links[0]).get_data() == JPEG
    platform.clock.advance(hours=1, seconds=1)
    assert platform.client.get(links[0]).status_code == 400
    query = {"tenantId": "mz", "fileStoreId": identity}
    assert platform.client.get("/filestore/v1/files/id", query_string=query).get_data() == JPEG


def test_link_search_needs_a_token_and_upload_does_not() -> None:
    platform = Platform()
    assert platform.client.get("/filestore/v1/files/url").status_code == 401
    form = {"tenantId": "mz", "module": "chatbot", "file": (io.BytesIO(JPEG), "a.jpg", "image/jpeg")}
    assert platform.client.post("/filestore/v1/files", data=form).status_code == 201


def test_file_survives_a_restart(tmp_path: Path) -> None:
    first = Platform(journal=tmp_path / "journal")
    identity = body_of(upload(first, "foto.jpg", JPEG, "image/jpeg"))["files"][0]["fileStoreId"]
    first.sandbox.close()
    second = Platform(journal=tmp_path / "journal")
    kept = second.client.get("/filestore/v1/files/id", query_string={"tenantId": "mz", "fileStoreId": identity})
    second.sandbox.close()
    assert kept.get_data() == JPEG
    assert kept.content_type == "image/jpeg"
