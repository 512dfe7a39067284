"""The words and headers of a mail to level 3, whatever was typed."""

from datetime import UTC, date, datetime
from email import message_from_bytes
from email.policy import default
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign import load_campaign
from mail.addresses import Mailbox
from mail.compose import COVERED, Case, Clocks, covered, subject_of, text_of
from mail.labels import Labels
from mail.message import Outgoing, made
from store.tickets import Ticket

AT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
LABELS = Labels(load_campaign(None))
CLOCKS = Clocks(ZoneInfo("Africa/Maputo"), ZoneInfo("Asia/Kolkata"))
HEADERS = {
    "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version",
}  # fmt: skip


def case(**changes: Any) -> Case:
    """A mail about a ticket; what `changes` does not name is ordinary."""
    values = {
        "id": 27,
        "severity": 1,
        "category": "technical",
        "kind": "app",
        "service_code": "TechnicalIssues",
        "number": "PGR-2026-11-24-000027",
        "place": "Angoche, Namaponda",
        "district": "Angoche",
        "boundary_code": "MZ.03.01",
        "report": "não sincroniza",
        "details": {"lines": [["Tipo", "App ou telefone"]]},
        "opened_at": AT,
        "external_ref": None,
    }
    own = {name: changes.pop(name) for name in list(changes) if name in values}
    ticket = cast("Ticket", SimpleNamespace(**(values | own)))
    usual = {"note": "App does not sync", "sender": "Ofélia", "frozen_until": None, "reply_by": AT, "restore_by": None}
    return Case(ticket=ticket, **(usual | changes))


def sent(one: Case) -> Outgoing:
    return Outgoing(
        sender=Mailbox("Helpdesk SPAQ", "helpdesk@example.org"),
        reply_to="helpdesk+27.abcdefghijklmnop@example.org",
        to=("ravi@example.com",),
        subject=subject_of(one, "SPAQ"),
        text=text_of(one, LABELS, CLOCKS),
        message_id="<27.x@example.org>",
        at=AT,
    )


@given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=300))
def test_nothing_that_was_typed_becomes_a_header(note: str, district: str, report: str) -> None:
    mail = sent(case(note=note, district=district, report=report))
    assert len(mail.subject.splitlines()) == 1
    raw = made(mail).as_bytes()
    back = message_from_bytes(raw, policy=default)
    assert set(back.keys()) == HEADERS
    assert back["To"] == "ravi@example.com"
    assert str(back["Subject"]).startswith("[SPAQ-27][S1]")


def test_both_clocks_are_shown_and_the_day_where_it_differs() -> None:
    assert CLOCKS.both(AT) == "24 Nov 2026 23:00 CAT (25 Nov 02:30 IST)"
    assert CLOCKS.both(datetime(2026, 11, 24, 8, tzinfo=UTC)) == "24 Nov 2026 10:00 CAT (13:30 IST)"


def test_the_first_sentence_is_the_subject_and_a_long_one_is_cut_at_a_word() -> None:
    one = case(note="App does not sync. It worked yesterday.")
    assert subject_of(one, "SPAQ") == "[SPAQ-27][S1] App does not sync, Angoche"
    assert len(subject_of(case(note="word " * 60), "SPAQ")) < 130


@pytest.mark.parametrize(
    "text", ["84 123 4567", "841234567", "+258 84 123 4567", "258-84-123-4567", "ligue 87.000.0001 já"]
)
def test_telephone_numbers_are_covered(text: str) -> None:
    assert COVERED in covered(text)
    assert not any(sign.isdigit() for sign in covered(text))


@pytest.mark.parametrize("text", ["42 registos", "lote 8412345678901", "versão 1.4.2", "telefone 14", "2026-11-24"])
def test_other_numbers_are_left(text: str) -> None:
    assert covered(text) == text


def test_when_level_3_must_call_the_numbers_stand_there() -> None:
    text = text_of(case(report="ligue 84 123 4567", call="Celestino, +258 84 000 0001"), LABELS, CLOCKS)
    assert "ligue 84 123 4567" in text
    assert "Please call: Celestino, +258 84 000 0001" in text


def test_the_freeze_and_the_photos_are_stated() -> None:
    text = text_of(case(frozen_until=date(2027, 1, 31), photos=(2, 5)), LABELS, CLOCKS)
    assert "Needed: workaround or data fix only (release freeze until 31 Jan 2027)" in text
    assert "Photos attached: 2\nPhotos kept by the helpdesk, not attached: 3 (of 5)" in text
