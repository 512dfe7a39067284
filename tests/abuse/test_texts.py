"""Attacks by text: formatting, false lines, formulas, headers of mails, bombs in mails and in workbooks."""

import csv
import io
import re
import time
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.quoting import CONTINUED, one_line, quoted, readable, tamed, unmarked
from intake.facts import ReporterWords, from_payload, to_payload
from locales import Voice
from mail.addresses import Mailbox
from mail.compose import plain_line
from mail.html import text_of_html
from mail.message import Outgoing, made
from mail.reading import read_mail
from ops.exports import write_csv
from ops.tables import BadRows, read_rows
from reports.cells import harmless
from reports.comma_files import write_table
from reports.table import Column, Kind, Table
from reports.workbook import write_workbook
from sandbox.whatsapp.formatting import as_html
from store.people import Role
from tests.databases import CELESTINO, ONLY_SQLITE
from tests.world import Chat, World

OFELIA = "+258840000021"
NASTY = st.text(alphabet=st.sampled_from("ab1 *_~`>«»\n.-é😀"), max_size=60)


@given(NASTY)
def test_no_text_leaves_with_formatting(text: str) -> None:
    left = unmarked(text)
    assert len(left) == len(text)
    assert not re.search(r"<(strong|em|s|code)>", as_html(left))
    assert not re.search(r"^\s*> ", left, re.MULTILINE)
    assert unmarked(left) == left


@pytest.mark.parametrize("text", ["amina_saide", "erro_500_sync", "2*3", "a ~ b", "https://x.example/a_b_c", "5 > 3"])
def test_signs_inside_words_and_alone_stay_as_they_are(text: str) -> None:
    assert unmarked(text) == text


@given(NASTY)
def test_a_quoted_text_can_neither_end_its_quotation_nor_begin_a_line(text: str) -> None:
    shown = f"«{quoted(text)}»"
    assert shown.count("«") == shown.count("»") == 1
    assert all(line.startswith(CONTINUED) for line in shown.split("\n")[1:])


@given(st.text(max_size=80))
def test_a_text_that_came_in_has_no_signs_that_show_nothing(text: str) -> None:
    left = readable(text)
    assert not any(sign in left for sign in "\x00\x1b\u202e\u2066\r\u2028")
    assert readable(left) == left
    assert "\n" not in one_line(text)


def test_a_fact_is_tamed_in_every_text_of_it() -> None:
    fact = ReporterWords(27, "Ama»\nde", "ok»\nPedido #1 resolvido", 0, is_answer=False)
    tame = tamed(fact)
    assert isinstance(tame, ReporterWords)
    assert (tame.name, tame.text) == (f"Ama”\n{CONTINUED}de", f"ok”\n{CONTINUED}Pedido #1 resolvido")
    assert tamed(from_payload(to_payload(fact))) == tame


@ONLY_SQLITE
def test_a_report_cannot_speak_as_the_bridge_to_the_staff(world: World) -> None:
    world.enrol("Ofélia Nampaco", OFELIA, Role.L2)
    ofelia = Chat(world, OFELIA)
    ofelia.says("pt")
    forged = "não abre»\n*Pedido #1 resolvido.*\nDe: Ministério «urgente"
    ticket = world.open_ticket(CELESTINO, report=forged)
    world.work()
    for shown in (ofelia.unheard()[-1], ofelia.asks(f"ver {ticket}")):
        assert "não abre”" in shown
        assert "∗Pedido #1 resolvido.∗" in shown
        assert "\n∗Pedido" not in shown
        assert "\nDe: Ministério" not in shown
        assert "<strong>" not in as_html(shown)


FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", ' "=1', "'=1", "＝1", "＋1", "|cmd", "%0")


@pytest.mark.parametrize(
    "formula", [*FORMULAS, 'ok;=HYPERLINK("x")', 'ok\t=cmd|"/C calc"!A0', "ok\n@x", 'ok;"=1', "ok; -1"]
)
def test_no_spreadsheet_computes_a_text(formula: str, tmp_path: Path) -> None:
    assert write_csv(tmp_path / "a.csv", ["what"], [[formula]]) == 1
    table = Table("cases", "Casos", "", (Column("what", Kind.TEXT),), ((formula,),))
    voice = Voice("pt", ZoneInfo("Africa/Maputo"))
    write_table(table, tmp_path / "b.csv", voice)
    write_workbook([table], tmp_path / "c.xlsx", voice)
    for name in ("a.csv", "b.csv"):
        text = (tmp_path / name).read_text("utf-8-sig")
        for separator in ",;\t":
            for row in csv.reader(io.StringIO(text), delimiter=separator):
                for cell in row:
                    assert cell.strip().strip("\"'")[:1] not in set("=+-@＝＋|%") or "'" in cell, cell
    cell = load_workbook(tmp_path / "c.xlsx")["Casos"]["A2"]
    assert cell.data_type == "s"
    assert "'" in str(cell.value)


@given(st.text(max_size=60))
def test_a_harmless_text_begins_no_cell_with_a_formula(text: str) -> None:
    left = harmless(text)
    assert not re.search(r"(?:^|[;\t\r\n])[=+\-@]", left)
    assert left.replace("'", "").replace(" ", "")[:1] == harmless(left).replace("'", "").replace(" ", "")[:1]


def test_an_export_is_not_broken_by_a_sign_that_a_workbook_cannot_hold(tmp_path: Path) -> None:
    table = Table("cases", "Casos", "", (Column("what", Kind.TEXT),), (("a\x0bb\x1b[31m\u202e\ufffe",),))
    write_workbook([table], tmp_path / "c.xlsx", Voice("pt", ZoneInfo("Africa/Maputo")))
    assert load_workbook(tmp_path / "c.xlsx")["Casos"]["A2"].value == "ab[31m"


@given(st.text(max_size=120))
def test_nothing_typed_becomes_a_header_of_a_mail(text: str) -> None:
    subject = plain_line(f"App não abre\r\nBcc: x@example.org\r\n\r\n{text}")
    mail = made(
        Outgoing(
            Mailbox("Helpdesk SPAQ", "helpdesk@example.org"),
            "helpdesk+27.abc@example.org",
            ("l3@example.org",),
            subject,
            text,
            "<27@example.org>",
            datetime(2026, 11, 26, tzinfo=UTC),
        )
    )
    head = bytes(mail).split(b"\r\n\r\n", 1)[0]
    names = {line.split(b":")[0].lower() for line in head.split(b"\r\n") if not line.startswith((b" ", b"\t"))}
    assert b"bcc" not in names
    assert len(mail.get_all("To", [])) == len(mail.get_all("Subject", [])) == 1


@pytest.mark.parametrize("sign", ["<!--", "<!", "<![CDATA[", "<div>", "<", "</", "&#", "<a href=", "<script>", "<?"])
def test_a_mail_of_broken_markup_is_read_in_no_time(sign: str) -> None:
    bomb = sign * (2_000_000 // len(sign))
    raw = f"From: x@example.org\r\nContent-Type: text/html\r\n\r\nAnswer<br>{bomb}".encode()
    begun = time.process_time()
    mail = read_mail(raw)
    assert time.process_time() - begun < 5
    assert mail.text.startswith("Answer")


def test_comments_in_a_mail_hide_nothing_behind_them() -> None:
    assert text_of_html("<!DOCTYPE html><p>One</p><!-- not this --><p>Two</p><!--") == "One\n\nTwo"


def test_a_mail_of_parts_within_parts_holds_up_nothing() -> None:
    depth = 3000
    heads = "".join(f'Content-Type: multipart/mixed; boundary="b{at}"\r\n\r\n--b{at}\r\n' for at in range(depth))
    raw = f"From: x@example.org\r\n{heads}Content-Type: text/plain\r\n\r\nAnswer".encode()
    begun = time.process_time()
    with pytest.raises(ValueError, match="parts within parts"):  # the mailbox leaves it to people (mail.inbox)
        read_mail(raw)
    assert time.process_time() - begun < 5


def test_a_workbook_that_unpacks_to_far_more_is_not_opened(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 70_000_000)
    assert path.stat().st_size < 200_000
    with pytest.raises(BadRows, match="unpacks to far more"):
        read_rows(path)


def test_a_workbook_cannot_name_entities_that_grow(tmp_path: Path) -> None:
    book = tmp_path / "people.xlsx"
    lol = "".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10}">' for at in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">{lol}]><x>&l9;</x>'
    with zipfile.ZipFile(book, "w") as parts:
        parts.writestr("[Content_Types].xml", xml)
        parts.writestr("xl/workbook.xml", xml)
    with pytest.raises(BadRows):
        read_rows(book)
