"""What is cut from a mail, and what is never cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail.compose import REPLY_LINE
from mail.html import text_of_html
from mail.quoting import cut

OURS = "App does not sync after login, 3 devices"
ANSWER = "Please restart the service:\n- stop it\n- start it"


@pytest.mark.parametrize(
    "quoted",
    [
        f"On Tue, 24 Nov 2026 at 13:30, Helpdesk <h@example.org> wrote:\n> {OURS}\n> more",
        f"On Tue, 24 Nov 2026 at 13:30, Helpdesk SPAQ\n<helpdesk+27.abc@example.org> wrote:\n\n> {OURS}",
        f"Em ter., 24 de nov. de 2026 às 10:00, Helpdesk <h@example.org> escreveu:\n\n> {OURS}",
        f"On Tue, 24 Nov 2026, Helpdesk wrote:\n{OURS}\nnot marked at all",
        f"________________________________\nFrom: Helpdesk <h@example.org>\nSent: 24 November 2026\nTo: Ravi\n\n{OURS}",
        f"-----Original Message-----\nFrom: Helpdesk\nSent: 24 November\nTo: Ravi\n\n{OURS}",
        f"*From:* Helpdesk\n*Sent:* Tuesday\n*To:* Ravi\n*Subject:* Re\n\n{OURS}",
        f"De: Helpdesk\nEnviado: terça-feira\nPara: Ravi\nAssunto: Re\n\n{OURS}",
        f"24.11.2026, 13:30, Helpdesk:\n{OURS}\nand all the rest",
        f"> {OURS}\n> more",
        f"-- \nRavi Kumar\nEngineer\n\n> {OURS}",
        "Sent from my iPhone",
        f"{REPLY_LINE}\nwhatever stands below",
    ],
)
def test_only_the_writers_own_words_are_left(quoted: str) -> None:
    kept = cut(f"{ANSWER}\n\n{quoted}\n", [OURS])
    assert kept.startswith(ANSWER)
    assert OURS not in kept
    assert len(kept) <= len(ANSWER) + len("\n\n24.11.2026, 13:30, Helpdesk:")


def test_answers_between_the_quoted_lines_are_kept() -> None:
    text = "On Tue, Ravi wrote:\n> which version?\n1.4.2\n> which phone?\nA Nokia."
    assert cut(text) == "1.4.2\nA Nokia."


def test_what_only_looks_like_a_quote_is_kept() -> None:
    text = "On Tuesday the team wrote a script.\nFrom: 10:00 it will run.\n-- it takes an hour --"
    assert cut(text) == text


def test_a_forwarded_mail_is_what_the_writer_wants_to_be_read() -> None:
    text = (
        f"FYI\n\n---------- Forwarded message ---------\nFrom: a@b\nDate: x\nSubject: y\nTo: z\n\nDisk full.\n{OURS}\nx"
    )
    assert cut(text, [OURS]) == "FYI\n\nDisk full."


@given(st.text(max_size=400), st.lists(st.text(max_size=30), max_size=3))
def test_any_text_is_cut_to_lines_of_itself(text: str, ours: list[str]) -> None:
    lines = {line.strip() for line in text.replace("\r\n", "\n").replace("\xa0", " ").split("\n")}
    assert all(line.strip() in lines for line in cut(text, ours).split("\n") if line)


def test_a_hostile_text_takes_no_time() -> None:
    assert len(cut("On a " * 200_000)) <= 50_000
    assert cut("On \n" * 20_000) != ""


def test_html_becomes_lines_and_quotes_are_marked() -> None:
    source = (
        "<html><head><title>x</title><style>p{}</style></head><body><p>Done &amp; tested.</p><ul><li>one<li>two</ul>"
        "<div>On Tue, Helpdesk wrote:</div><blockquote><p>App does not sync</p></blockquote></body></html>"
    )
    text = text_of_html(source)
    assert text.replace("\n\n", "\n") == "Done & tested.\n- one\n- two\nOn Tue, Helpdesk wrote:\n> App does not sync"
    assert cut(text).replace("\n\n", "\n") == "Done & tested.\n- one\n- two"


@given(st.text(max_size=200))
def test_any_html_is_read(source: str) -> None:
    assert "\r" not in text_of_html(source) or "\r" in source
