"""The web inbox: what it shows, what it does, and that it works under a prefix and in both languages."""

import csv
import io
import re

import pytest
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client, TestResponse

from sandbox.salama import inbox_texts
from sandbox.salama.boundaries import BOUNDARIES_CSV
from tests.contract.sandbox_salama_support import Platform, body_of, complaint

JPEG = b"\xff\xd8\xff\xe0" + bytes(16)


def page(platform: Platform, path: str = "/", status: int = 200) -> str:
    answer = platform.client.get(path)
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def act(platform: Platform, number: str, action: str, **fields: str) -> TestResponse:
    return platform.client.post(f"/tickets/{number}", data={"action": action, "comment": "Visto.", **fields})


def test_list_shows_number_type_area_status_owner_and_date_in_mozambican_time() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    platform.sandbox.act(number, "ASSIGN", "Para si.", assignee="L2-NPL-01")
    text = page(platform)
    for part in (number, "Problemas técnicos", "Bairro Horta A", "Angoche", "Pendente de atribuição"):
        assert part in text
    assert "Ernesto Nhantumbo" in text
    assert "12/03/2026 08:41" in text


def test_empty_inbox_says_what_will_happen() -> None:
    assert "Ainda não há reclamações" in page(Platform())


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("status=PENDING_ASSIGNMENT", True),
        ("status=RESOLVED", False),
        ("type=DataIssues", False),
        ("district=AP9nzXJjaLUJ4JFKzeQqgJ", True),
        ("district=QVihkKARKpmbDTSXz48D8J", False),
        ("owner=L2-NPL-01", False),
        ("q=sincroniza", True),
        ("q=000001", True),
        ("q=nada", False),
    ],
)
def test_filters_cut_the_list_down(query: str, finds: bool) -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    assert (number in page(platform, f"/?{query}")) is finds
    assert (number in page(platform, f"/rows?{query}")) is finds


def test_long_lists_have_pages() -> None:
    platform = Platform()
    for _ in range(51):
        platform.create()
    first, second = page(platform), page(platform, "/?page=2")
    assert 'rel="next"' in first
    assert "PGR-2026-03-12-000001" not in first
    assert "PGR-2026-03-12-000001" in second
    assert 'rel="prev"' in second


def test_ticket_page_shows_description_photo_and_timeline() -> None:
    platform = Platform()
    form = {"tenantId": "mz", "module": "chatbot", "file": (io.BytesIO(JPEG), "a.jpg", "image/jpeg")}
    identity = body_of(platform.client.post("/filestore/v1/files", data=form))["files"][0]["fileStoreId"]
    body = complaint(description="Fica em 37% & dá erro")
    body["workflow"]["verificationDocuments"] = [{"documentType": "PHOTO", "fileStoreId": identity}]
    number = platform.create(body)["serviceRequestId"]
    text = page(platform, f"/tickets/{number}")
    assert "Fica em 37% &amp; dá erro" in text
    assert "Bairro Horta A · Johar · AngocheSede · Angoche · Nampula" in text
    assert f'<img src="/files/{identity}"' in text
    assert "Ponte WhatsApp Salama" in text
    assert platform.client.get(f"/files/{identity}").get_data() == JPEG
    assert platform.client.get("/files/unknown").status_code == 404


def test_unknown_ticket_is_told_politely() -> None:
    assert "Não há nenhuma reclamação PGR-1" in page(Platform(), "/tickets/PGR-1", status=404)


@pytest.mark.parametrize(
    ("action", "fields", "status"),
    [
        ("RESOLVE", {}, "RESOLVED"),
        ("REJECT", {"reason": "REASON2"}, "REJECTED"),
        ("ASSIGN", {"assignee": "L2-NPL-01"}, "PENDING_ASSIGNMENT"),
    ],
)
def test_form_acts_through_the_workflow(action: str, fields: dict[str, str], status: str) -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    answer = act(platform, number, action, **fields)
    assert answer.status_code == 303
    assert answer.headers["Location"].endswith(f"/tickets/{number}?done={action}")
    ticket = platform.sandbox.ticket(number)
    assert (ticket.status, ticket.last_action, ticket.last_comment) == (status, action, "Visto.")
    assert 'role="status"' in page(platform, answer.headers["Location"])


@pytest.mark.parametrize(
    ("action", "fields", "sentence"),
    [
        ("RESOLVE", {"comment": " "}, "Preencha todos os campos"),
        ("REJECT", {}, "Preencha todos os campos"),
        ("ASSIGN", {}, "Preencha todos os campos"),
        ("RESOLVE", {"comment": "x" * 1001}, "Preencha todos os campos"),
        ("RESOLVE", {"comment": "amo-te <3"}, "sinais que a plataforma não aceita"),
        ("ASSIGN", {"assignee": "HD-NPL-01"}, "departamento desta pessoa"),
        ("REJECT", {"reason": "REASON1", "by": "L2-NPL-01"}, "não tem direito"),
        ("DANCE", {}, "já não é possível"),
    ],
)
def test_refused_form_comes_back_with_a_sentence_and_what_was_typed(
    action: str, fields: dict[str, str], sentence: str
) -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    answer = act(platform, number, action, **fields)
    assert answer.status_code == 400
    text = answer.get_data(as_text=True)
    assert sentence in text
    assert 'role="alert"' in text
    assert platform.sandbox.ticket(number).last_action == "CREATE"
    if fields.get("comment", "").startswith("amo"):
        assert "amo-te &lt;3</textarea>" in text


def test_rejection_reason_is_not_transmitted() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    act(platform, number, "REJECT", reason="REASON3", comment="Já temos este caso.")
    assert "REASON3" not in str(platform.history(number))


def test_offered_actions_are_those_of_the_chosen_person() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    assert 'value="REJECT"' in page(platform, f"/tickets/{number}")
    assert 'value="REJECT"' not in page(platform, f"/tickets/{number}?by=L2-NPL-01")
    platform.sandbox.act(number, "RESOLVE", "Feito.")
    assert "encerrada" in page(platform, f"/tickets/{number}")


def test_switch_changes_the_mode_and_returns_to_the_page() -> None:
    platform = Platform()
    answer = platform.client.post("/mode", data={"mode": "failing", "next": "/tickets/PGR-1"})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/tickets/PGR-1"
    assert platform.sandbox.faults.mode == "failing"
    assert "Cada pedido recebe um erro 500." in page(platform)
    assert platform.client.post("/mode", data={"mode": "tired"}).status_code == 400
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example"):
        assert platform.client.post("/mode", data={"mode": "ok", "next": elsewhere}).headers["Location"] == "/"


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_posts_from_other_origins_are_refused(headers: dict[str, str]) -> None:
    platform = Platform()
    assert platform.client.post("/mode", data={"mode": "down"}, headers=headers).status_code == 403
    assert platform.client.post("/_sandbox/faults", json={"mode": "down"}, headers=headers).status_code == 403
    assert platform.sandbox.faults.mode == "ok"
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}
    assert platform.client.post("/mode", data={"mode": "slow"}, headers=own).status_code == 303


def test_every_address_stays_under_the_prefix() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    mounted = Client(DispatcherMiddleware(lambda _environ, _start: [], {"/salama": platform.sandbox.wsgi}))
    for path in ("/salama/", f"/salama/tickets/{number}", "/salama/tickets/unknown"):
        text = mounted.get(path).get_data(as_text=True)
        addresses = re.findall(r'(?:href|src|action|data-refresh)="([^"#]*)"', text)
        assert addresses
        assert all(address.startswith("/salama/") for address in addresses)
    answer = mounted.post("/salama/mode", data={"mode": "slow", "next": f"/tickets/{number}"})
    assert answer.headers["Location"] == f"/salama/tickets/{number}"


def test_language_is_switched_and_remembered() -> None:
    platform = Platform()
    assert '<html lang="pt">' in page(platform)
    english = page(platform, "/?lang=en")
    assert '<html lang="en">' in english
    assert "Inbox" in english
    assert "Inbox" in page(platform)
    assert "Caixa de entrada" in page(platform, "/?lang=pt")


def test_every_text_exists_in_both_languages() -> None:
    values = {"generation": "C", "gateway": "Zuul", "seconds": 3, "name": "x", "number": "1", "action": "x"}
    for key in inbox_texts.all_keys():
        for language in inbox_texts.LANGUAGES:
            assert inbox_texts.say(key, language, **values, shown=1, total=2)


def test_page_has_labels_no_inline_handlers_and_a_policy() -> None:
    platform = Platform()
    number = platform.create()["serviceRequestId"]
    for path in ("/", f"/tickets/{number}"):
        text = page(platform, path)
        assert not re.search(r'\son\w+="', text)
        assert "<script>" not in text
        for field in re.findall(r'<(?:select|textarea|input)[^>]*\sid="([^"]+)"', text):
            assert f'<label for="{field}">' in text
    assert "default-src 'self'" in platform.client.get("/").headers["Content-Security-Policy"]


def test_boundaries_file_is_the_single_source_of_the_tree() -> None:
    with BOUNDARIES_CSV.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["code", "name", "type", "parent_code"]
    codes = {row["code"] for row in rows}
    assert len(codes) == len(rows)
    assert all(row["parent_code"] in codes or row["type"] == "Country" for row in rows)
    assert all(len(row["code"]) == 22 for row in rows if row["type"] != "Country")
    districts = [row["name"] for row in rows if row["type"] == "District"]
    assert len(districts) == 23
    villages = [row["name"] for row in rows if row["type"] == "Village"]
    assert len(set(villages)) < len(villages)
