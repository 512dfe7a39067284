"""Contact cards: whose they are and the number, whatever else stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from intake.contacts import LONGEST_CARD, NAME_LIMIT, Contact, read_contact

CARD = b"""BEGIN:VCARD\r
VERSION:3.0\r
N:Sa\xc3\xadde;Amina;;;\r
FN:Amina Sa\xc3\xadde\r
item1.TEL;waid=258840000044:+258 84 000 0044\r
item1.X-ABLabel:Telem\xc3\xb3vel\r
END:VCARD\r
"""


def card(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCARD", *lines, "END:VCARD"]).encode()


def test_a_card_as_whatsapp_shares_it() -> None:
    assert read_contact(CARD) == Contact("Amina Saíde", "+258840000044")


def test_a_name_in_parts_is_read_when_no_other_is_there() -> None:
    assert read_contact(card("N:Abdala;João;;;", "TEL;TYPE=CELL:84 000 0045")) == Contact(
        "João Abdala", "+258840000045"
    )


def test_lines_go_on_and_old_phones_quote_their_accents() -> None:
    folded = card("FN:Momade", "  Juma", "TEL:840000046")
    quoted = card("FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Jo=C3=A3o=", " Abdala", "TEL:840000046")
    assert read_contact(folded) == Contact("Momade Juma", "+258840000046")
    assert read_contact(quoted) == Contact("João Abdala", "+258840000046")


def test_a_number_nobody_uses_leaves_the_name_and_the_next_number_is_tried() -> None:
    assert read_contact(card("FN:Amina", "TEL:12")) == Contact("Amina", "")
    assert read_contact(card("FN:Amina", "TEL:12", "TEL:84 000 0044")) == Contact("Amina", "+258840000044")


def test_the_first_of_several_people_is_taken() -> None:
    assert read_contact(card("FN:Amina", "TEL:840000044") + b"\r\n" + card("FN:Carlos")) == Contact(
        "Amina", "+258840000044"
    )


def test_what_tells_nobody_is_no_contact() -> None:
    assert read_contact(b"") is None
    assert read_contact(card("VERSION:3.0", "NOTE:nada")) is None


def test_a_hostile_name_is_one_short_line() -> None:
    found = read_contact(card("FN:a\\nb\u202e\x07c" + "x" * 500))
    assert found is not None
    assert len(found.name) <= NAME_LIMIT
    assert found.name.isprintable()


@given(st.one_of(st.binary(max_size=200), st.text(max_size=120).map(lambda text: card(f"FN:{text}", f"TEL:{text}"))))
def test_whatever_a_card_holds_it_is_read_or_passed_over(content: bytes) -> None:
    found = read_contact(content)
    if found is not None:
        assert found != Contact("", "")
        assert found.name.isprintable()
        assert found.phone == "" or found.phone.startswith("+")


def test_the_end_of_a_huge_card_is_not_looked_at() -> None:
    padding = "NOTE:" + "x" * LONGEST_CARD
    assert read_contact(card("FN:Amina", padding, "TEL:840000044")) == Contact("Amina", "")
